using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Makes an <c>await foreach</c> over a sequence stoppable. The sequence learns of the stop through its cancellation token, which
/// sequences from libraries observe too. A sequence must not be disposed of while it advances, so its disposal waits for that.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
[StackTraceHidden]
public readonly struct StoppableSequence<T>
{
    private readonly IAsyncEnumerable<T> _elements;

    internal StoppableSequence(IAsyncEnumerable<T> elements) => _elements = elements;

    /// <summary>Starts the enumeration.</summary>
    public Enumerator GetAsyncEnumerator() => new(_elements);

    /// <summary>An enumerator of the sequence.</summary>
    [StackTraceHidden]
    public sealed class Enumerator
    {
        private readonly IAsyncEnumerator<T> _inner;
        private Task<bool>? _moving;

        internal Enumerator(IAsyncEnumerable<T> elements) =>
            _inner = elements.GetAsyncEnumerator(CellFlow.Current?.Cell.Stopping ?? default);

        /// <summary>The current element.</summary>
        public T Current => _inner.Current;

        /// <summary>Advances to the next element, if there is one.</summary>
        public Stoppable<ValueTaskAwaiter<bool>, bool> MoveNextAsync()
        {
            var moving = _inner.MoveNextAsync();
            if (moving.IsCompleted)
            {
                return StopPoint.Await(moving);
            }

            _moving = moving.AsTask();
            return StopPoint.Await(new ValueTask<bool>(_moving));
        }

        /// <summary>Ends the enumeration.</summary>
        public async ValueTask DisposeAsync()
        {
            using var cleanUp = CleanUp.Begin();
            if (_moving is { IsCompleted: false } moving)
            {
                await StopPoint.Await(Task.WhenAny(moving));
            }

            await _inner.DisposeAsync().ConfigureAwait(false);
        }
    }
}
