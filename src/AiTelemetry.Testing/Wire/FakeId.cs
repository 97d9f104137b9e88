using System.Security.Cryptography;

namespace AiTelemetry.Testing.Wire;

/// <summary>New ids. Random, so that two providers or two runs never repeat one: an answer's id may be what a ledger knows it by.</summary>
static class FakeId
{
    const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Letters(string prefix, int length) => prefix + RandomNumberGenerator.GetString(Alphanumeric, length);

    public static string Hex(string prefix, int length) => prefix + RandomNumberGenerator.GetHexString(length, lowercase: true);
}
