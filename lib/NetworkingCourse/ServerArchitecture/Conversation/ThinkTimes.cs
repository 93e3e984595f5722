using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The think times of a server's questions, as its options say. The question that <see cref="ServerOptions.CrashOn"/> names has
/// none: it crashes the worker that has taken it.
/// </summary>
internal sealed class ThinkTimes : IDisposable
{
    private readonly byte[]? _longQuestion;
    private readonly Think _longThink;
    private readonly byte[]? _fatalQuestion;
    private readonly Action _crash;

    /// <param name="options">The server's options.</param>
    /// <param name="crash">Crashes the calling worker.</param>
    /// <param name="aborted">Cancelled when conversations are aborted.</param>
    public ThinkTimes(ServerOptions options, Action crash, CancellationToken aborted)
    {
        Count = options.Own is null ? null : new ThinkCount();
        Usual = new Think(options.Think, options.ThinkKind, aborted) { Count = Count };
        _longQuestion = Ascii(options.LongQuestion);
        _longThink = new Think(options.LongThink, options.LongThinkKind, aborted) { Count = Count };
        _fatalQuestion = Ascii(options.CrashOn);
        _crash = crash;
    }

    /// <summary>The think time of every question that the options do not name.</summary>
    public Think Usual { get; }

    /// <summary>Counts the answers being thought about at the same time; null for servers of the course.</summary>
    public ThinkCount? Count { get; }

    /// <summary>The think time of a question.</summary>
    public Think Of(ReadOnlySpan<byte> question)
    {
        if (IsThis(question, _fatalQuestion))
        {
            _crash();
        }

        return IsThis(question, _longQuestion) ? _longThink : Usual;
    }

    public void Dispose()
    {
        Usual.Dispose();
        _longThink.Dispose();
    }

    private static bool IsThis(ReadOnlySpan<byte> question, byte[]? text) => text is not null && question.SequenceEqual(text);

    private static byte[]? Ascii(string? text) => text is null ? null : Encoding.ASCII.GetBytes(text);
}
