namespace AiTelemetry.Testing.Wire;

/// <summary>What an error body says, before a format writes it.</summary>
readonly record struct FakeError(string Type, string? Code, string Message)
{
    public FakeError With(FakeReply reply) => new(reply.ErrorType ?? Type, reply.ErrorCode ?? Code, reply.ErrorMessage ?? Message);
}
