using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests;

/// <summary>A kernel inside the test's process, with the output of its cells.</summary>
internal sealed class KernelSession(string? folder = null) : IDisposable
{
    private readonly EmbeddedKernel _kernel = new(folder ?? Repository.Notebooks);
    private readonly Lock _gate = new();
    private readonly List<KernelEvent> _events = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<KernelEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Whether the latest cell that compiled got stop points.</summary>
    public bool IsStoppable => _kernel.IsStoppable;

    public string Output => string.Concat(Events.OfType<KernelEvent.Stream>().Select(stream => stream.Text));

    public async Task<CellResult> RunAsync(string code, CancellationToken cancellation = default) =>
        await _kernel.ExecuteAsync(code, Add, cancellation);

    public void MakeReady() => _kernel.MakeReady();

    /// <summary>Runs a cell that must succeed.</summary>
    /// <returns>The text of its value.</returns>
    public async Task<string?> ValueAsync(string code)
    {
        var result = await RunAsync(code);
        Assert.True(result.Succeeded, result.Error is { } error ? string.Join('\n', error.Traceback) : "");
        return Events.OfType<KernelEvent.Result>().LastOrDefault(value => value.Cell == result.Cell)?.Data.ToString();
    }

    /// <summary>Runs a cell that must fail.</summary>
    public async Task<CellError> ErrorAsync(string code)
    {
        var result = await RunAsync(code);
        Assert.False(result.Succeeded, "The cell should have failed.");
        return result.Error!;
    }

    /// <summary>Waits until a matching event comes, unless one has come already.</summary>
    public async Task<T> WaitForAsync<T>(Func<T, bool> fits)
        where T : KernelEvent
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (_events.OfType<T>().FirstOrDefault(fits) is { } found)
                {
                    return found;
                }

                news = _news.Task;
            }

            await news.WaitAsync(deadline.Token);
        }
    }

    public void Dispose() => _kernel.Dispose();

    private void Add(KernelEvent happened)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            _events.Add(happened);
            (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        news.SetResult();
    }
}
