using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.QuickInfo;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>
/// Answers questions about code that is being written, with the compiler's own services. They take time and memory, so nothing of them is
/// loaded before somebody is seen to be typing.
/// </summary>
/// <param name="folder">The notebook's folder.</param>
internal sealed class LanguageService(string folder)
{
    /// <summary>How long one question may take; a front end no longer waits then.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<string> _accepted = [];
    private readonly Lock _asking = new();
    private CellChain? _chain;
    private int _added;
    private int _isReady;

    /// <summary>Adds a cell that has run.</summary>
    public void Add(string code)
    {
        lock (_gate)
        {
            _accepted.Add(code);
        }
    }

    /// <summary>Loads what the first question will want, in the background.</summary>
    public void MakeReady()
    {
        if (Interlocked.Exchange(ref _isReady, 1) == 0)
        {
            new Thread(AskOnce) { IsBackground = true, Name = "completion", Priority = ThreadPriority.BelowNormal }.UnsafeStart();
        }
    }

    /// <summary>What may be written at a place.</summary>
    /// <param name="code">The cell as it is.</param>
    /// <param name="position">The place, in UTF-16 units.</param>
    public Completions Complete(string code, int position) => Ask(code, async (document, cancellation) =>
    {
        var list = await CompletionService.GetService(document)!.GetCompletionsAsync(document, position, cancellationToken: cancellation).ConfigureAwait(false);
        return Completions.Of(list, code, position);
    });

    /// <summary>What stands at a place: signature and documentation, as text; null if there is nothing to say.</summary>
    /// <inheritdoc cref="Complete"/>
    public string? Inspect(string code, int position) => Ask(code, async (document, cancellation) =>
    {
        var service = QuickInfoService.GetService(document)!;
        foreach (var place in await Places.ToInspectAsync(document, position, cancellation).ConfigureAwait(false))
        {
            if (await service.GetQuickInfoAsync(document, place, cancellation).ConfigureAwait(false) is { Sections.Length: > 0 } info)
            {
                return string.Join("\n\n", info.Sections.Select(section => section.Text.ReplaceLineEndings("\n").Trim()).Where(text => text.Length > 0));
            }
        }

        return null;
    });

    private void AskOnce()
    {
        _ = Complete("Console.", "Console.".Length);
        _ = Inspect("Console.WriteLine()", "Console.Write".Length);
    }

    private T Ask<T>(string code, Func<Document, CancellationToken, Task<T>> question)
    {
        lock (_asking)
        {
            using var limit = new CancellationTokenSource(Limit);
            return question(Chain().Draft(code), limit.Token).GetAwaiter().GetResult();
        }
    }

    private CellChain Chain()
    {
        _chain ??= new CellChain(folder);
        lock (_gate)
        {
            for (; _added < _accepted.Count; _added++)
            {
                _chain.Add(_accepted[_added]);
            }
        }

        return _chain;
    }
}
