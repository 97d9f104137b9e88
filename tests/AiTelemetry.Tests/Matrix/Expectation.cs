using AiTelemetry.Testing;

namespace AiTelemetry.Tests.Matrix;

/// <summary>What must have been recorded of a call of the matrix: one record an attempt, by the table "How a call ends".</summary>
internal static class Expectation
{
    public static void Check(TelemetryRecorder recorder, MatrixClient client, MatrixCall call, IReadOnlyList<FakeCall> sent)
    {
        var records = recorder.Calls;
        Assert.Equal(sent.Count, records.Count);
        Assert.Equal(sent.Count, recorder.Count("llm_provider_request_seconds"));
        Assert.Equal(sent.Count, recorder.Spans.Count);
        Assert.Equal(0, recorder.Sum("llm_provider_requests_in_flight"));
        Assert.Equal(2 * sent.Count, recorder.Count("llm_provider_requests_in_flight"));
        Assert.Equal(0, recorder.Sum("aitelemetry_internal_faults_total"));
        for (var i = 0; i < sent.Count; i++)
        {
            var last = i == sent.Count - 1;
            var (outcome, error) = last ? Of(call) : ("rate_limited", "rate_limit");
            Assert.Equal((outcome, error), (records[i].Outcome, records[i].ErrorType));
            Assert.Equal(client.Provider, records[i].Provider);
            Assert.Equal(sent[i].Request.Model, records[i].RequestModel);
            Assert.Equal(outcome == "success" ? sent[i].Model : records[i].ResponseModel, records[i].ResponseModel);
            Usage(records[i], sent[i], call, last);
        }
    }

    static (string Outcome, string? ErrorType) Of(MatrixCall call) => call.Ending switch
    {
        Ending.Success or Ending.RateLimitedThenSuccess => ("success", null),
        Ending.BadRequest => ("error", "invalid_request"),
        Ending.Unauthorized => ("error", "auth"),
        Ending.ServerError or Ending.ErrorInside => ("error", "server_error"),
        Ending.Timeout => ("timeout", "timeout"),
        Ending.Cancel or Ending.Abandoned => ("cancelled", "cancelled"),
        _ => ("error", "connection"),
    };

    static void Usage(UsageRecord record, FakeCall sent, MatrixCall call, bool last)
    {
        if (!last || call.Ending is Ending.BadRequest or Ending.Unauthorized or Ending.ServerError || record.StatusCode is null)
        {
            Assert.Equal(UsageStatus.Absent, record.UsageStatus);
            Assert.Equal(default, record.Usage);
            return;
        }
        var whole = call.Ending is Ending.Success or Ending.RateLimitedThenSuccess;
        Assert.Equal(whole ? UsageStatus.Reported : UsageStatus.Partial, record.UsageStatus);
        if (call.Ending is Ending.Cancel or Ending.Abandoned || (!whole && !call.Streaming)
            || call is { Ending: Ending.Broken, HttpVersion.Major: 2 })
            return; // how much of it had come is a matter of moments, or of where the body was cut
        Assert.Equal(sent.Usage?.Input, record.Usage.Input);
        Assert.Equal(sent.Usage?.Output, record.Usage.Output);
        Assert.Equal(sent.Usage?.CacheRead ?? 0, record.Usage.CacheRead ?? 0);
        Assert.Equal(sent.Usage?.Reasoning ?? 0, record.Usage.Reasoning ?? 0);
        if (whole)
            Assert.Equal((1200, 340, 1024, 256), (record.Usage.Input, record.Usage.Output, record.Usage.CacheRead, record.Usage.Reasoning));
    }
}
