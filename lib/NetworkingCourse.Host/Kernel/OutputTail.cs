namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The end of a cell's output beyond the limits (see <see cref="OutputLimits"/>): it keeps the last outputs and lines, because
/// they usually contain the result.
/// </summary>
internal sealed class OutputTail
{
    private readonly LinkedList<KernelEvent> _kept = [];
    private int _text;
    private int _outputs;
    private bool _isOverflown;

    /// <summary>Adds text or a display, and drops what is too far from the end.</summary>
    /// <returns>The notice about dropped output, the first time that there is any; otherwise null.</returns>
    public string? Add(KernelEvent happened)
    {
        _outputs += _kept.Last is { } last && IsOneOutput(last.Value, happened) ? 0 : 1;
        _text += LengthOf(happened);
        _kept.AddLast(happened);
        var notice = _outputs > OutputLimits.OutputsAtEnd ? OutputLimits.TooManyOutputs
            : _text > OutputLimits.TextAtEnd ? OutputLimits.TooMuchText
            : null;
        while (_outputs > OutputLimits.OutputsAtEnd || _text - LengthOf(_kept.First!.Value) >= OutputLimits.TextAtEnd)
        {
            DropFirst();
        }

        notice = _isOverflown ? null : notice;
        _isOverflown |= notice is not null;
        return notice;
    }

    /// <summary>Removes and returns the output kept, merging consecutive text of the same stream.</summary>
    public IReadOnlyList<KernelEvent> Take()
    {
        // Part of the first piece may be too far from the end.
        if (_text > OutputLimits.TextAtEnd && _kept.First!.Value is KernelEvent.Stream first)
        {
            _kept.First.Value = first with { Text = first.Text[(_text - OutputLimits.TextAtEnd)..] };
        }

        List<KernelEvent> taken = [.. Runs().Select(pieces => pieces[0] is KernelEvent.Stream stream
            ? stream with { Text = string.Concat(pieces.Select(piece => ((KernelEvent.Stream)piece).Text)) }
            : pieces[0])];

        _kept.Clear();
        (_text, _outputs) = (0, 0);
        return taken;
    }

    private IEnumerable<List<KernelEvent>> Runs()
    {
        List<KernelEvent> run = [];
        foreach (var happened in _kept)
        {
            if (run.Count > 0 && !IsOneOutput(run[0], happened))
            {
                yield return run;
                run = [];
            }

            run.Add(happened);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private void DropFirst()
    {
        var first = _kept.First!;
        _text -= LengthOf(first.Value);
        _outputs -= first.Next is { } next && IsOneOutput(first.Value, next.Value) ? 0 : 1;
        _kept.RemoveFirst();
    }

    private static bool IsOneOutput(KernelEvent first, KernelEvent second) =>
        first is KernelEvent.Stream { IsError: var one } && second is KernelEvent.Stream { IsError: var other } && one == other;

    private static int LengthOf(KernelEvent happened) => (happened as KernelEvent.Stream)?.Text.Length ?? 0;
}
