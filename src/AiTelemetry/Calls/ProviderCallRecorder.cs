using System.Collections.Concurrent;
using System.Diagnostics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry;

/// <summary>Records calls that never cross <see cref="HttpClient"/>: gRPC, models in the process, WebSockets, other processes.</summary>
/// <remarks>Injected. What is recorded here takes the same way as a call over HTTP: span, metrics, price and record. It never throws for a fault of telemetry.</remarks>
public sealed class ProviderCallRecorder
{
    readonly CallTelemetrySource _source;
    readonly ConcurrentDictionary<string, ProviderHost> _hosts = new(StringComparer.Ordinal);

    internal ProviderCallRecorder(CallTelemetrySource source) => _source = source;

    /// <summary>Starts a call; dispose it, or end it with <see cref="RecordedCall.Complete"/> or <see cref="RecordedCall.Fail(Exception)"/>.</summary>
    /// <param name="provider">The provider's short name: <c>openai</c>, <c>vllm</c>, ...</param>
    /// <param name="model">The model that is asked for.</param>
    /// <param name="operation">The operation in the words of the semantic conventions: <c>chat</c>, <c>embeddings</c>, ...</param>
    /// <returns>The call. Its span is not made ambient.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public RecordedCall Start(string provider, string? model, string operation = "chat")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        return new RecordedCall(Begin(provider, model, operation));
    }

    /// <summary>Records a call that is over.</summary>
    /// <param name="call">What is known of it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="call"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty, or a figure or outcome is impossible.</exception>
    public void Record(FinishedCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.Validate();
        if (Begin(call.Provider, call.Model, call.Operation) is not { } begun)
            return;
        begun.Describe(call.ResponseModel, call.ResponseId, call.FinishReasons?.ToArray(), call.ServiceTier);
        begun.Usage.Take(call.Usage);
        begun.AsksForStream = call.TimeToFirstToken is not null;
        if (call.ReportedUsd is not null)
            begun.Charges.ReportedUsd = call.ReportedUsd;
        begun.Rare.Given = new GivenEnd
        {
            Outcome = call.Outcome,
            ErrorType = call.Outcome == CallOutcomes.Success ? null : call.ErrorType ?? CallErrors.Unknown,
            Duration = call.Duration,
            TimeToFirstToken = call.TimeToFirstToken,
        };
        begun.OnEnd(EndReason.Terminal, null);
    }

    ProviderCall? Begin(string provider, string? model, string operation)
    {
        CallTelemetry? telemetry = null;
        var ambient = Activity.Current;
        try
        {
            telemetry = _source.Get();
            if (telemetry is not { IsListening: true })
                return null;
            var host = _hosts.Count < 256 ? _hosts.GetOrAdd(provider, static name => new ProviderHost(name, "", 0)) : new ProviderHost(provider, "", 0);
            return telemetry.Start(new CallRoute(telemetry, null, host, operation, null), model, null, ambient, telemetry.StaticDimensions);
        }
        catch (Exception e)
        {
            telemetry?.Faults.Report(Doors.Start, e); // kept from the app: its call goes on unmeasured
            return null;
        }
        finally
        {
            if (Activity.Current != ambient)
                Activity.Current = ambient;
        }
    }
}
