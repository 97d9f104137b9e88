using System.Net;
using System.Net.Http.Json;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

/// <summary>Answers that are made in the background or fetched again: counted once, by whichever look shows them complete first.</summary>
public sealed class StoredAnswerTests : IDisposable
{
    const string Responses = "https://api.openai.com/v1/responses";
    const string Runs = "https://api.openai.com/v1/threads/thread_1/runs";

    readonly TestApp _app = new();
    readonly HttpClient _client;
    string _answer = "";
    HttpStatusCode _status = HttpStatusCode.OK;

    public StoredAnswerTests() => _client = _app.Client(_ => new HttpResponseMessage(_status) { Content = new StringContent(_answer) });

    public void Dispose()
    {
        _client.Dispose();
        _app.Dispose();
    }

    [Fact]
    public async Task A_background_answer_is_counted_once_when_it_is_complete()
    {
        await PostAsync(Responses, Response("queued"));
        await GetAsync(Responses + "/resp_1", Response("queued"));
        await GetAsync(Responses + "/resp_1", Response("in_progress"));
        Assert.Equal((1, 0), (_app.Recorder.Calls.Count, Tokens));
        Assert.Equal(0, _app.Recorder.Sum("llm_provider_calls_without_usage_total"));

        await GetAsync(Responses + "/resp_1?include=x", Response("completed"));
        await GetAsync(Responses + "/resp_1", Response("completed"));

        Assert.Equal(15, Tokens);
        Assert.Equal([(null, UsageStatus.Absent), ((long?)10, UsageStatus.Reported)], _app.Recorder.Calls.Select(call => (call.Usage.Input, call.UsageStatus)));
        Assert.Equal(("resp_1", "gpt-4o", 10L), (_app.Recorder.Calls[1].ResponseId, _app.Recorder.Calls[1].ResponseModel, _app.Recorder.Calls[1].Usage.Input));
        Assert.True(_app.Recorder.Sum("llm_provider_cost_usd_total") > 0);
        // Polls are neither requests nor in flight, and the time they take is nobody's.
        Assert.Equal(1, _app.Recorder.Count("llm_provider_request_seconds"));
        Assert.Equal(1, _app.Recorder.Count("gen_ai.client.operation.duration"));
        Assert.Equal(2, _app.Recorder.Count("llm_provider_requests_in_flight"));
        Assert.Equal(2, _app.Recorder.Spans.Count);
        Assert.Equal(10, _app.Recorder.Spans[1].GetTagItem("gen_ai.usage.input_tokens"));
    }

    [Fact]
    public async Task An_answer_first_seen_pending_by_a_look_counts_too()
    {
        await GetAsync(Responses + "/resp_1", Response("in_progress"));
        await GetAsync(Responses + "/resp_1", Response("completed"));

        Assert.Equal((1, 15), (_app.Recorder.Calls.Count, Tokens));
    }

    [Fact]
    public async Task An_answer_that_was_never_pending_is_not_counted_again()
    {
        await PostAsync(Responses, Response("completed"));
        await GetAsync(Responses + "/resp_1", Response("completed"));
        await GetAsync(Responses + "/resp_of_another_process", Response("completed", "resp_of_another_process"));
        await GetAsync("https://api.openai.com/v1/chat/completions/chatcmpl-1", """{"id":"chatcmpl-1","usage":{"prompt_tokens":1,"completion_tokens":1}}""");

        Assert.Equal((1, 15), (_app.Recorder.Calls.Count, Tokens));
    }

    [Fact]
    public async Task A_stream_that_broke_off_is_counted_when_its_answer_is_fetched()
    {
        await PostAsync(Responses, "data: {\"type\":\"response.created\",\"response\":" + Response("in_progress") + "}\n\n");
        await GetAsync(Responses + "/resp_1", Response("completed"));

        Assert.Equal([UsageStatus.Partial, UsageStatus.Reported], _app.Recorder.Calls.Select(call => call.UsageStatus));
        Assert.Equal(15, Tokens);
    }

    [Fact]
    public async Task A_background_answer_that_failed_is_an_error_once()
    {
        await PostAsync(Responses, Response("queued"));
        await GetAsync(Responses + "/resp_1", Response("failed").Replace("\"error\":null", "\"error\":{\"code\":\"server_error\"}", StringComparison.Ordinal));
        await GetAsync(Responses + "/resp_1", Response("failed"));

        Assert.Equal(["success", "error"], _app.Recorder.Calls.Select(call => call.Outcome));
        Assert.Equal(1, _app.Recorder.Sum("llm_provider_errors_total", ("error_type", "server_error")));
    }

    [Fact]
    public async Task A_run_is_counted_at_the_first_look_that_shows_it_complete()
    {
        await PostAsync(Runs, Run("queued"));
        await GetAsync(Runs + "/run_1", Run("in_progress"));
        await GetAsync(Runs + "/run_1", Run("requires_action"));
        await PostAsync(Runs + "/run_1/submit_tool_outputs", Run("queued"));
        await GetAsync(Runs + "/run_1", Run("completed"));
        await GetAsync(Runs + "/run_1", Run("completed"));
        await GetAsync(Runs + "/run_of_another_process", Run("completed", "run_of_another_process"));
        await GetAsync(Runs + "/run_of_another_process", Run("completed", "run_of_another_process"));

        Assert.Equal(30, Tokens);
        Assert.Equal(4, _app.Recorder.Calls.Count);
    }

    [Fact]
    public async Task A_run_that_a_stream_showed_complete_is_not_counted_again()
    {
        await PostAsync(Runs, "event: thread.run.completed\ndata: " + Run("completed") + "\n\ndata: [DONE]\n\n");
        await GetAsync(Runs + "/run_1", Run("completed"));

        Assert.Equal((1, 15), (_app.Recorder.Calls.Count, Tokens));
    }

    [Theory]
    [InlineData("GET", "/v1/threads/thread_1/runs")]
    [InlineData("GET", "/v1/threads/thread_1/runs/run_1/steps/step_1")]
    [InlineData("GET", "/v1/responses/resp_1/input_items")]
    [InlineData("GET", "/v1/responses")]
    [InlineData("POST", "/v1/threads/thread_1/runs/run_1/cancel")]
    [InlineData("POST", "/v1/threads/thread_1/runs/run_1")]
    [InlineData("POST", "/v1/responses/resp_1/cancel")]
    [InlineData("POST", "/v1/responses/input_tokens")]
    [InlineData("POST", "/v1/conversations")]
    [InlineData("POST", "/v1/moderations")]
    [InlineData("DELETE", "/v1/responses/resp_1")]
    public async Task Nothing_else_around_answers_is_a_call(string method, string path)
    {
        _answer = Response("completed");
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("https://api.openai.com" + path));
        using var response = await _client.SendAsync(request);

        Assert.Empty(_app.Recorder.Calls);
        Assert.Empty(_app.Recorder.Spans);
    }

    [Fact]
    public async Task A_look_that_fails_or_is_cut_off_tells_nothing_and_the_next_one_counts()
    {
        await PostAsync(Responses, Response("queued"));
        _status = HttpStatusCode.BadGateway;
        await GetAsync(Responses + "/resp_1", Response("completed"));
        _status = HttpStatusCode.OK;
        await GetAsync(Responses + "/resp_1", Response("completed")[..^2]);
        Assert.Equal((1, 0), (_app.Recorder.Calls.Count, Tokens));

        await GetAsync(Responses + "/resp_1", Response("completed"));
        Assert.Equal((2, 15), (_app.Recorder.Calls.Count, Tokens));
    }

    [Fact]
    public async Task What_is_remembered_is_bounded()
    {
        await PostAsync(Responses, Response("queued", "resp_first"));
        for (var i = 0; i < 4096; i++)
            await PostAsync(Responses, Response("queued", $"resp_{i}"));
        await GetAsync(Responses + "/resp_first", Response("completed", "resp_first"));
        Assert.Equal(0, Tokens);

        await GetAsync(Responses + "/resp_4095", Response("completed", "resp_4095"));
        Assert.Equal(15, Tokens);
    }

    long Tokens => (long)_app.Recorder.Sum("llm_provider_tokens_total");

    async Task PostAsync(string url, string answer)
    {
        _answer = answer;
        (await _client.PostAsJsonAsync(new Uri(url), new { model = "gpt-4o" })).Dispose();
    }

    async Task GetAsync(string url, string answer)
    {
        _answer = answer;
        (await _client.GetAsync(new Uri(url))).Dispose();
    }

    static string Response(string status, string id = "resp_1") =>
        $$"""{"id":"{{id}}","object":"response","status":"{{status}}","error":null,"model":"gpt-4o","output":[],"usage":{{(status == "completed" ? """{"input_tokens":10,"output_tokens":5,"total_tokens":15}""" : "null")}}}""";

    static string Run(string status, string id = "run_1") =>
        $$"""{"id":"{{id}}","object":"thread.run","status":"{{status}}","last_error":null,"model":"gpt-4o","usage":{{(status == "completed" ? """{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}""" : "null")}}}""";
}
