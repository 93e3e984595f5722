namespace NetworkingCourse.Simulation;

/// <summary>
/// A priority queue of events: a heap in an array, with four children per node, which is shallower and more cache-friendly than
/// two. Events are ordered by time, and at equal times in the order in which they were added, which a heap alone does not
/// preserve. The queue allocates no garbage, and cancelled events leave it at once.
/// </summary>
internal sealed class EventQueue
{
    private const int Children = 4;
    private const int None = -1;

    private Node[] _heap = new Node[64];
    private Event[] _events = new Event[64];
    private int _used;
    private int _free = None;
    private long _added;

    public int Count { get; private set; }

    /// <summary>The time at which the next event is due, in ticks. The queue must not be empty.</summary>
    public long NextTime => _heap[0].Time;

    public SimulatedTimer Add(
        long time, Action<Delegate, object?, object?> invoke, Delegate action, object? first, object? second)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
            Array.Resize(ref _events, 2 * Count);
        }

        var slot = TakeSlot();
        ref var entry = ref _events[slot];
        entry.Due = new DueEvent(invoke, action, first, second);
        entry.Generation = entry.Generation == int.MaxValue ? 1 : entry.Generation + 1;
        SiftUp(Count++, new Node(time, _added++, slot));
        return new SimulatedTimer(slot, entry.Generation);
    }

    public bool Contains(SimulatedTimer timer) =>
        timer.Generation != 0
        && timer.Slot < _used
        && _events[timer.Slot].Generation == timer.Generation
        && _events[timer.Slot].Due.IsSet;

    public bool Remove(SimulatedTimer timer)
    {
        if (!Contains(timer))
        {
            return false;
        }

        RemoveAt(_events[timer.Slot].Place);
        GiveBack(timer.Slot);
        return true;
    }

    public DueEvent TakeNext()
    {
        var slot = _heap[0].Slot;
        var due = _events[slot].Due;
        RemoveAt(0);
        GiveBack(slot);
        return due;
    }

    private int TakeSlot()
    {
        if (_free == None)
        {
            return _used++;
        }

        var slot = _free;
        _free = _events[slot].Place;
        return slot;
    }

    // Free slots form a linked list through their Place fields, which they no longer need.
    private void GiveBack(int slot)
    {
        ref var entry = ref _events[slot];
        entry.Due = default;
        (entry.Place, _free) = (_free, slot);
    }

    private void RemoveAt(int place)
    {
        var last = _heap[--Count];
        if (place == Count)
        {
            return;
        }

        // The last node fills the gap, and moves from there to its proper place.
        if (place > 0 && last.IsBefore(_heap[(place - 1) / Children]))
        {
            SiftUp(place, last);
        }
        else
        {
            SiftDown(place, last);
        }
    }

    private void SiftUp(int place, in Node node)
    {
        while (place > 0)
        {
            var parent = (place - 1) / Children;
            if (!node.IsBefore(_heap[parent]))
            {
                break;
            }

            Put(place, _heap[parent]);
            place = parent;
        }

        Put(place, node);
    }

    private void SiftDown(int place, in Node node)
    {
        while (true)
        {
            var first = (place * Children) + 1;
            if (first >= Count)
            {
                break;
            }

            var min = first;
            var end = Math.Min(first + Children, Count);
            for (var child = first + 1; child < end; child++)
            {
                if (_heap[child].IsBefore(_heap[min]))
                {
                    min = child;
                }
            }

            if (!_heap[min].IsBefore(node))
            {
                break;
            }

            Put(place, _heap[min]);
            place = min;
        }

        Put(place, node);
    }

    private void Put(int place, in Node node)
    {
        _heap[place] = node;
        _events[node.Slot].Place = place;
    }

    private readonly record struct Node(long Time, long Order, int Slot)
    {
        public bool IsBefore(in Node other) => Time < other.Time || (Time == other.Time && Order < other.Order);
    }

    private struct Event
    {
        public DueEvent Due;
        public int Place;
        public int Generation;
    }
}

/// <summary>An event that has been removed from the queue and is to be run.</summary>
internal readonly struct DueEvent(Action<Delegate, object?, object?> invoke, Delegate action, object? first, object? second)
{
    private readonly Delegate? _action = action;

    public bool IsSet => _action is not null;

    public void Run() => invoke(_action!, first, second);
}
