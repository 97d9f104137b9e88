namespace AiTelemetry.Tests.Matrix;

public class PlainMatrixTests
{
    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_call_over_HttpClient_is_the_same_with_and_without_us_and_recorded_once(string client, bool streaming, Ending ending, HttpCompletionOption completion) =>
        MatrixRun.CompareAsync(client, streaming, ending, completion);

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    [InlineData("gemini array")]
    public async Task A_call_over_HTTP_2_is_the_same_with_and_without_us_and_recorded_once(string client)
    {
        foreach (var ending in (Ending[])[Ending.Success, Ending.RateLimitedThenSuccess, Ending.BadRequest, Ending.Cancel, Ending.Abandoned, Ending.ErrorInside, Ending.Broken])
            await MatrixRun.CompareAsync(client, streaming: true, ending, HttpCompletionOption.ResponseHeadersRead, http2: true);
        await MatrixRun.CompareAsync(client, streaming: true, Ending.Success, HttpCompletionOption.ResponseContentRead, http2: true);
        await MatrixRun.CompareAsync(client, streaming: false, Ending.Success, HttpCompletionOption.ResponseContentRead, http2: true);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task A_call_sent_without_async_is_the_same_with_and_without_us_and_recorded_once(string client)
    {
        foreach (var completion in Enum.GetValues<HttpCompletionOption>())
        {
            foreach (var ending in (Ending[])[Ending.Success, Ending.RateLimitedThenSuccess, Ending.Unauthorized, Ending.ServerError, Ending.Timeout, Ending.ErrorInside, Ending.Broken, Ending.CutShort, Ending.Dropped])
            {
                await MatrixRun.CompareAsync(client, streaming: false, ending, completion, synchronous: true);
                await MatrixRun.CompareAsync(client, streaming: true, ending, completion, synchronous: true);
            }
        }
        await MatrixRun.CompareAsync(client, streaming: true, Ending.Abandoned, HttpCompletionOption.ResponseHeadersRead, synchronous: true);
        await MatrixRun.CompareAsync(client, streaming: false, Ending.Cancel, HttpCompletionOption.ResponseContentRead, synchronous: true);
    }

    public static TheoryData<string, bool, Ending, HttpCompletionOption> Rows() => MatrixRows.Of(client => client.ChoosesCompletion);
}

public class SdkMatrixTests
{
    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_call_of_an_SDK_is_the_same_with_and_without_us_and_recorded_once(string client, bool streaming, Ending ending, HttpCompletionOption completion) =>
        MatrixRun.CompareAsync(client, streaming, ending, completion);

    public static TheoryData<string, bool, Ending, HttpCompletionOption> Rows() => MatrixRows.Of(client => !client.ChoosesCompletion);
}

internal static class MatrixRows
{
    public static TheoryData<string, bool, Ending, HttpCompletionOption> Of(Func<MatrixClient, bool> isWanted)
    {
        var rows = new TheoryData<string, bool, Ending, HttpCompletionOption>();
        foreach (var client in MatrixClient.All.Where(isWanted))
        {
            foreach (var streaming in (bool[])[false, true])
            {
                foreach (var ending in Enum.GetValues<Ending>())
                {
                    foreach (var completion in Enum.GetValues<HttpCompletionOption>())
                    {
                        if (IsPossible(client, streaming, ending, completion))
                            rows.Add(client.Name, streaming, ending, completion);
                    }
                }
            }
        }
        return rows;
    }

    static bool IsPossible(MatrixClient client, bool streaming, Ending ending, HttpCompletionOption completion)
    {
        var whole = completion == HttpCompletionOption.ResponseContentRead;
        if (!client.ChoosesCompletion && whole == streaming)
            return false; // an SDK buffers plain answers and streams the others
        if (client.Name == "gemini array" && !streaming)
            return false; // the same as gemini
        return ending != Ending.Abandoned || !whole; // nobody can abandon what HttpClient has read for them
    }
}
