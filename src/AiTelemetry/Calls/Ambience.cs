using System.Diagnostics;

namespace AiTelemetry.Calls;

/// <summary>What is ambient on this thread, to be put back after something of ours ran: the app's activity, and whatever else a listener may have set.</summary>
/// <remarks>Putting back the whole context allocates nothing, setting <see cref="Activity.Current"/> anew does.</remarks>
internal readonly struct Ambience
{
    readonly ExecutionContext? _context;

    Ambience(ExecutionContext? context, Activity? activity)
    {
        _context = context;
        Activity = activity;
    }

    public Activity? Activity { get; }

    /// <summary>The context as it is, taken for one in which this activity is current.</summary>
    public static Ambience With(Activity activity) => new(ExecutionContext.Capture(), activity);

    public static Ambience Now() => new(ExecutionContext.Capture(), Activity.Current);

    public void Restore()
    {
        if (_context is not null)
            ExecutionContext.Restore(_context);
        else if (Activity.Current != Activity)
            Activity.Current = Activity; // the app suppressed the flow of its context, so that there is none to put back
    }
}
