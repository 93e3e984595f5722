using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The parts of a server with a thread for each client, for an exercise. Its threads are simulated: a started one stays at work
/// until the acceptor has to wait for something, so that all that happens can be counted, and happens again for the same seed.
/// </summary>
public sealed class ScriptedAcceptor
{
    private readonly ScriptedRun _run;
    private readonly Random _random;
    private readonly bool[] _fails;
    private readonly List<(SimulatedThread Thread, Action Work)> _threads = [];
    private int _accepted;
    private int _started;
    private int _free;
    private int _leaked;
    private int _keptBySuccess;
    private bool _isClosed;
    private bool _acceptorFreed;
    private bool _isCrowded;
    private SimulatedThread? _current;

    internal ScriptedAcceptor(ScriptedRun run, Random random)
    {
        (_run, _random) = (run, random);
        Slots = random.Next(2, 5);
        _free = Slots;
        _fails = [.. Enumerable.Range(0, (3 * Slots) + random.Next(4)).Select(client => client % 2 == 0 || client < Slots)];
        random.Shuffle(_fails);
        // The first client is served well: what goes wrong with its slot has nothing to do with exceptions.
        var good = Array.IndexOf(_fails, false);
        (_fails[0], _fails[good]) = (_fails[good], _fails[0]);
    }

    private sealed class SimulatedThread(int number, int client)
    {
        public int Number => number;

        public int Client => client;

        public bool HasFreed { get; set; }

        public bool HasFailed { get; set; }
    }

    /// <summary>The number of slots: how many threads may be at work at a time.</summary>
    public int Slots { get; }

    internal int Clients => _fails.Length;

    internal int Failing => _fails.Count(fails => fails);

    internal int Handled { get; private set; }

    internal int Logged { get; private set; }

    /// <summary>Waits until a slot is free, and takes it.</summary>
    public void WaitForSlot()
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        if (_current is { } thread)
        {
            _run.Fail(
                InvariantText.Format($"thread {thread.Number} called `WaitForSlot()`"), "the acceptor waits for a slot",
                "the thread does", ServeOnThreadsExercise.WaitsInTheThread);
        }

        while (_free == 0)
        {
            if (_threads.Count == 0)
            {
                _run.Fail(
                    InvariantText.Format($"called `WaitForSlot()` after {_accepted} clients, when no thread was at work"),
                    InvariantText.Format($"{Slots} free slots"), "no free slot, for ever",
                    WhoseSlotsAreLost);
            }

            RunOne();
        }

        _free--;
        _run.Note(InvariantText.Format($"`WaitForSlot()` took a slot; {_free} of {Slots} are left"));
    }

    /// <summary>Gives a slot back.</summary>
    public void FreeSlot()
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        if (_current is { HasFreed: true } thread)
        {
            _run.Fail(
                InvariantText.Format($"thread {thread.Number} called `FreeSlot()` again"), "one slot freed", "two slots freed",
                ServeOnThreadsExercise.FreesTwice);
        }

        if (_current is not null)
        {
            _current.HasFreed = true;
        }
        else
        {
            _acceptorFreed |= !_isClosed;
        }

        _free++;
    }

    /// <summary>Waits for the next client.</summary>
    /// <returns>The client's number, from 1; null if the server is to stop, and no further client comes.</returns>
    public int? Accept()
    {
        if (_run.IsOnAnotherThread)
        {
            return null;
        }

        if (_current is not null)
        {
            _run.Fail(
                "called `Accept()`", "a call by the acceptor", "a call by a thread that serves a client",
                reason: "Only the acceptor calls `Accept`; a thread serves one client and ends.");
        }

        // At first the clients arrive faster than any of them is served.
        while (_accepted > Slots && _threads.Count > 0 && _random.Next(3) == 0)
        {
            RunOne();
        }

        if (_accepted == Clients)
        {
            if (_isClosed)
            {
                _run.Fail(
                    "called `Accept()` again", "an end", "another call, after null",
                    reason: "Once `Accept` has returned null it returns nothing else. A loop that goes on spins.");
            }

            _isClosed = true;
            _run.Note("`Accept()` returned null: the server is to stop");
            return null;
        }

        _accepted++;
        _run.Note(InvariantText.Format($"`Accept()` returned client {_accepted}"));
        return _accepted;
    }

    /// <summary>Starts a thread, and returns at once.</summary>
    /// <param name="work">What the thread does. It is over when this returns.</param>
    public void Start(Action work)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        if (work is null)
        {
            _run.Fail("called `Start(null)`", "work for the thread", null);
        }

        _threads.Add((new SimulatedThread(++_started, _accepted), work));
        _run.Note(InvariantText.Format($"`Start` started thread {_started}; threads at work: {_threads.Count}"));
        if (_threads.Count <= Slots || _run.HasFailed)
        {
            return;
        }

        _isCrowded = true;
        if (!_acceptorFreed)
        {
            RunOne(); // if it now waits for a slot, that is the mistake
        }

        Crowded();
    }

    /// <summary>Serves a client from its first question to its last. This takes a while.</summary>
    /// <param name="client">The client's number.</param>
    /// <exception cref="IOException">The client has reset the connection.</exception>
    /// <exception cref="InvalidOperationException">The server has a bug.</exception>
    public void Handle(int client)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        if (_current is null)
        {
            _run.Fail(
                InvariantText.Format($"called `Handle({client})`"), "a call in a thread of the client's own",
                "a call in the acceptor's loop", ServeOnThreadsExercise.ServesOnTheAcceptor);
        }

        if (_isCrowded)
        {
            Crowded();
        }

        if (client != _current.Client)
        {
            _run.Fail(
                InvariantText.Format($"thread {_current.Number} called `Handle({client})`"),
                InvariantText.Format($"`Handle({_current.Client})`, for the client that was accepted before `Start`"),
                "another client", ServeOnThreadsExercise.SharesTheVariable);
        }

        Handled++;
        if (_fails[client - 1])
        {
            _current.HasFailed = true;
            throw client % 2 == 0
                ? new IOException("The client has reset the connection.")
                : new InvalidOperationException("A question has struck a bug.");
        }
    }

    /// <summary>Writes an exception into the server's log.</summary>
    /// <param name="exception">The exception.</param>
    public void Log(Exception exception)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        if (exception is null)
        {
            _run.Fail("called `Log(null)`", "the exception that `Handle` threw", null);
        }

        Logged++;
    }

    /// <summary>Lets the threads that are still at work come to their ends.</summary>
    internal void RunTheRest()
    {
        if (_run.HasFailed)
        {
            return;
        }

        if (!_isClosed)
        {
            _run.Fail(
                "your method returned", "an end after `Accept()` has returned null",
                InvariantText.Format($"an end after {_accepted} of {Clients} clients"),
                ServeOnThreadsExercise.ReturnsTooEarly);
        }

        while (_threads.Count > 0)
        {
            RunOne();
        }

        if (_leaked + _keptBySuccess > 0)
        {
            _run.Fail(
                "counted the slots when all threads had ended", InvariantText.Format($"{Slots} free slots"),
                InvariantText.Format($"{_leaked + _keptBySuccess} were never freed"), WhoseSlotsAreLost);
        }
    }

    private Mistake? WhoseSlotsAreLost =>
        _keptBySuccess > 0 ? ServeOnThreadsExercise.NeverFrees : _leaked > 0 ? ServeOnThreadsExercise.LeaksSlots : null;

    private void RunOne()
    {
        var index = _random.Next(_threads.Count);
        var (thread, work) = _threads[index];
        _threads.RemoveAt(index);
        _current = thread;
        try
        {
            work();
        }
        catch (Exception exception) when (_run.IsTheLearners(exception))
        {
            _run.Fail(
                InvariantText.Format($"thread {thread.Number} came to its end"), "no exception", exception,
                thread.HasFailed ? ServeOnThreadsExercise.LetsExceptionsEscape : null);
        }
        finally
        {
            _current = null;
        }

        if (!thread.HasFreed && thread.HasFailed)
        {
            _leaked++;
        }
        else if (!thread.HasFreed)
        {
            _keptBySuccess++;
        }

        var why = thread.HasFailed ? " after its client had failed" : "";
        _run.Note(InvariantText.Format($"thread {thread.Number} ended{why}"));
    }

    private void Crowded() => _run.Fail(
        InvariantText.Format($"called `Start` when {Slots} threads were at work"),
        InvariantText.Format($"at most {Slots} threads at a time"), InvariantText.Format($"{Slots + 1} threads"),
        _acceptorFreed ? ServeOnThreadsExercise.FreesTooEarly : ServeOnThreadsExercise.HasNoLimit);
}
