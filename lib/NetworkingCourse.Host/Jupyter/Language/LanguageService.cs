using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.QuickInfo;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>
/// Answers questions about code that is being written, with the compiler's own services. These take time and memory, so none of
/// them is loaded until there is an interactive user.
/// </summary>
/// <param name="folder">The notebook's folder.</param>
internal sealed class LanguageService(string folder)
{
    /// <summary>The time limit for one question; front ends do not wait longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<string> _accepted = [];
    private readonly Lock _asking = new();
    private CellChain? _chain;
    private int _added;
    private bool _hasAsked;
    private bool _isGettingReady;

    /// <summary>Adds a cell that has run.</summary>
    public void Add(string code)
    {
        lock (_gate)
        {
            _accepted.Add(code);
        }
    }

    /// <summary>Whether everything that a question needs is loaded, and every cell compiled.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate)
            {
                return _hasAsked && !_isGettingReady && _added == _accepted.Count;
            }
        }
    }

    /// <summary>
    /// Loads in the background what the next question will need: the first time the compiler's services, later the cells that
    /// have run since. Front ends give up on slow answers, Visual Studio Code after two seconds.
    /// </summary>
    public void MakeReady()
    {
        lock (_gate)
        {
            if (_isGettingReady)
            {
                return;
            }

            _isGettingReady = true;
        }

        new Thread(GetReady) { IsBackground = true, Name = "completion", Priority = ThreadPriority.BelowNormal }.UnsafeStart();
    }

    /// <summary>The completions at a position.</summary>
    /// <param name="code">The current code of the cell.</param>
    /// <param name="position">The position, in UTF-16 code units.</param>
    public Completions Complete(string code, int position) => Ask(code, async (document, cancellation) =>
    {
        var list = await CompletionService.GetService(document)!
            .GetCompletionsAsync(document, position, cancellationToken: cancellation)
            .ConfigureAwait(false);
        return Completions.Of(list, code, position);
    });

    /// <summary>The signature and documentation of the code at a position, as text; null if there is nothing to say.</summary>
    /// <inheritdoc cref="Complete"/>
    public string? Inspect(string code, int position) => Ask(code, async (document, cancellation) =>
    {
        var service = QuickInfoService.GetService(document)!;
        foreach (var place in await Places.ToInspectAsync(document, position, cancellation).ConfigureAwait(false))
        {
            if (await service.GetQuickInfoAsync(document, place, cancellation).ConfigureAwait(false)
                is { Sections.Length: > 0 } info)
            {
                return string.Join(
                    "\n\n",
                    info.Sections
                        .Select(section => section.Text.ReplaceLineEndings("\n").Trim())
                        .Where(text => text.Length > 0));
            }
        }

        return null;
    });

    private void GetReady()
    {
        while (true)
        {
            lock (_asking)
            {
                Chain();
            }

            // After the cells so far, so that their libraries are loaded too.
            if (!_hasAsked)
            {
                AskOnce();
            }

            lock (_gate)
            {
                _hasAsked = true;
                if (_added == _accepted.Count)
                {
                    _isGettingReady = false;
                    return;
                }
            }
        }
    }

    /// <summary>
    /// Asks for the members of a type, for the names in scope and for documentation: each loads a part of the services.
    /// </summary>
    private void AskOnce()
    {
        try
        {
            _ = Complete("Console.", "Console.".Length);
            _ = Complete("Co", "Co".Length);
            _ = Inspect("Console.WriteLine()", "Console.Write".Length);
        }
        catch (OperationCanceledException)
        {
            // A slow machine. What has been loaded need not be loaded again.
        }
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
