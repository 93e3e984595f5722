using System.Collections.Concurrent;

namespace NetworkingCourse.Checking;

/// <summary>Runs asynchronous code to its end on the calling thread: what follows an <c>await</c> comes back to it.</summary>
internal static class OneThread
{
    /// <summary>Runs the code and waits for its result.</summary>
    public static T Run<T>(Func<Task<T>> code)
    {
        var before = SynchronizationContext.Current;
        var queue = new Queue();
        SynchronizationContext.SetSynchronizationContext(queue);
        try
        {
            var task = code() ?? throw new InvalidOperationException("The method returned null instead of a task.");
            task.ContinueWith(_ => queue.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            queue.RunAll();
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Queue : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (!_work.IsAddingCompleted)
            {
                _work.Add((d, state));
            }
        }

        public void Complete() => _work.CompleteAdding();

        public void RunAll()
        {
            foreach (var (callback, state) in _work.GetConsumingEnumerable())
            {
                callback(state);
            }
        }
    }
}
