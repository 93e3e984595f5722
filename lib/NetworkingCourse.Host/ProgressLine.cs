using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetworkingCourse.Host;

/// <summary>
/// Shows how far a command has come: on a terminal in one line that it keeps up to date, elsewhere with a line every few seconds.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 20;

    // The columns beside the text, each with a space after it: the bar and " 45%", or a spinner.
    private const int BesideBar = BarWidth + 7;
    private const int BesideSpinner = 4;

    private static readonly TimeSpan FilePeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TextWriter _writer;
    private readonly IAnsiConsole _console;
    private readonly ProgressColumn[] _columns;
    private readonly Timer? _timer;
    private TaskCompletionSource? _ended;
    private Task _drawing = Task.CompletedTask;
    private volatile Func<string>? _text;

    /// <param name="onError">Whether to write to standard error, for a command whose output is read by programs.</param>
    /// <param name="share">Returns how much of the work is done, from 0 to 1, on any thread; null if unknown.</param>
    public ProgressLine(bool onError = false, Func<double>? share = null)
    {
        _writer = onError ? Console.Error : Console.Out;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_writer) });
        var capabilities = _console.Profile.Capabilities;
        IsOnTerminal = _console.Profile.Out.IsTerminal && capabilities is { Ansi: true, Interactive: true };
        var text = new TextColumn(() => _text?.Invoke() ?? "", share);
        _columns = share is null
            ? [new SpinnerColumn(), text]
            : [new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), text];
        _timer = IsOnTerminal ? null : new Timer(_ => Show(), null, FilePeriod, FilePeriod);
    }

    /// <summary>Whether the line is on a terminal, and not in a file or a pipe.</summary>
    public bool IsOnTerminal { get; }

    /// <summary>Sets the text to show from now on.</summary>
    /// <param name="text">Makes the text, on any thread, each time that it is shown.</param>
    public void Set(Func<string> text)
    {
        lock (_gate)
        {
            _text = text;
            if (IsOnTerminal && _ended is null)
            {
                _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _drawing = DrawAsync(_ended.Task);
            }
        }
    }

    /// <summary>Shows the text at once. On a terminal, it is there already.</summary>
    public void Show()
    {
        lock (_gate)
        {
            if (!IsOnTerminal && _text is { } text)
            {
                _writer.WriteLine(text());
            }
        }
    }

    /// <summary>Replaces the text by a line that stays. Nothing more is shown until <see cref="Set"/> is called.</summary>
    public void End(string line)
    {
        lock (_gate)
        {
            Clear();
            _writer.WriteLine(line);
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            Clear();
        }
    }

    private void Clear()
    {
        _text = null;
        _ended?.TrySetResult();
        _drawing.GetAwaiter().GetResult();
        _ended = null;
    }

    private Task DrawAsync(Task ended) => _console
        .Progress()
        .AutoClear(true)
        .Columns(_columns)
        .StartAsync(progress =>
        {
            progress.AddTask("progress", maxValue: 1); // the name is not shown
            return ended;
        });

    /// <summary>Shows the text, in one line, and tells the other columns how much is done.</summary>
    private sealed class TextColumn(Func<string> text, Func<double>? share) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            task.Value = share?.Invoke() ?? 0;
            // Spectre.Console would rather make the bar narrower than shorten the text.
            var room = Math.Max(20, options.ConsoleSize.Width - (share is null ? BesideSpinner : BesideBar));
            var line = text();
            return new Text(line.Length <= room ? line : line[..(room - 1)] + "…");
        }
    }
}
