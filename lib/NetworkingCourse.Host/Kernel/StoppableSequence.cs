using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// What an <c>await foreach</c> goes through, so that it can be stopped. The sequence is told by its cancellation token, as one
/// is that a library makes; a sequence must not be disposed of while it moves, so its disposal waits for that.
/// </summary>
/// <typeparam name="T">What it is made of.</typeparam>
[StackTraceHidden]
public readonly struct StoppableSequence<T>
{
    private readonly IAsyncEnumerable<T> _elements;

    internal StoppableSequence(IAsyncEnumerable<T> elements) => _elements = elements;

    /// <summary>Begins.</summary>
    public Enumerator GetAsyncEnumerator() => new(_elements);

    /// <summary>A way through the sequence.</summary>
    [StackTraceHidden]
    public sealed class Enumerator
    {
        private readonly IAsyncEnumerator<T> _inner;
        private Task<bool>? _moving;

        internal Enumerator(IAsyncEnumerable<T> elements) =>
            _inner = elements.GetAsyncEnumerator(CellFlow.Current?.Cell.Stopping ?? default);

        /// <summary>The element it has come to.</summary>
        public T Current => _inner.Current;

        /// <summary>Goes on to the next element, if there is one.</summary>
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

        /// <summary>Ends.</summary>
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
