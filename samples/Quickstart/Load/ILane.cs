namespace Quickstart.Load;

/// <summary>What is done with one provider, step after step.</summary>
internal interface ILane
{
    Provider Provider { get; }

    IReadOnlyList<Step> Steps { get; }

    /// <summary>The steps to pick from for a call now and then.</summary>
    IReadOnlyList<Step> NowAndThen { get; }
}
