using System.Diagnostics;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A thread that runs, or has run, the code of cells. It knows whose code it runs, so that a stop can wake the threads of one
/// cell, and only while they run that cell's code.
/// </summary>
/// <remarks>
/// <para>
/// A waiting thread is woken with <see cref="Thread.Interrupt"/>. If it does not wait at that moment, the interrupt stays pending
/// and strikes at the next wait, even one of the kernel's own. So a thread takes a pending interrupt back when it leaves the cell's code or
/// begins to clean up. The two sides agree without a lock, because a thread that waits for a lock can be struck: one writes its
/// flow and then reads the signal, the other writes the signal and then reads the flow, with a barrier across the whole process
/// in between.
/// </para>
/// <para>
/// The runtime can abort a thread in the middle of whatever it does (<c>ControlledExecution</c>). That is not used: on Linux, in
/// .NET 10, about one abort in a hundred of code that allocates or locks ends the process, and the learner's variables with it.
/// </para>
/// </remarks>
internal sealed class CellThread
{
    private const int NoSignal = 0;
    private const int Signalling = 1;
    private const int Signalled = 2;

    [ThreadStatic]
    private static CellThread? _current;

    private static Link? _all;

    /// <summary>How many threads run the code of stopped cells.</summary>
    private static volatile int _inStopped;

    private readonly Thread _thread = Thread.CurrentThread;
    private volatile CellFlow? _flow;
    private int _signal;
    private int _isCounted;
    private bool _isTold;

    /// <summary>Whether any thread runs code of a stopped cell. Only then is a stop point more than a glance at this.</summary>
    public static bool AnyInStopped => _inStopped != 0;

    /// <summary>Whose code this thread runs.</summary>
    public static CellFlow? CurrentFlow => _current?._flow;

    /// <summary>This thread goes from one flow to another. Must not fail: the runtime would end the process.</summary>
    public static void Enter(CellFlow? flow)
    {
        if (_current is null)
        {
            if (flow is null)
            {
                return;
            }

            _current = new CellThread();
            Register(_current);
        }

        _current.Change(flow);
    }

    /// <summary>Ends the code on this thread if it must stop.</summary>
    /// <exception cref="OperationCanceledException">It must.</exception>
    [StackTraceHidden]
    public static void Check()
    {
        if (_current is { _flow.MustStop: true } thread)
        {
            thread.Tell();
        }
    }

    /// <summary>
    /// As <see cref="Check"/>, for what the kernel does on behalf of code without stop points, such as printing. It ends that
    /// code once; what the code still does then is clean-up.
    /// </summary>
    [StackTraceHidden]
    public static void CheckOnce()
    {
        if (_current is not { _flow.MustStop: true } thread)
        {
            return;
        }

        // An interrupt that is no longer pending has struck already.
        if (Volatile.Read(ref thread._signal) != NoSignal && !thread.TakeBack())
        {
            thread._isTold = true;
        }

        if (!thread._isTold)
        {
            thread.Tell();
        }
    }

    /// <summary>Makes every thread of a cell stop that must.</summary>
    public static void Stop(CellContext cell)
    {
        // From here on either a thread that enters the cell's code sees that it is stopped, or it is seen below.
        Interlocked.MemoryBarrierProcessWide();
        for (var link = _all; link is not null; link = link.Next)
        {
            if (link.Thread._flow?.Cell == cell)
            {
                link.Thread.Count();
                link.Thread.Interrupt(cell);
            }
        }
    }

    /// <summary>How many threads run a cell's code, this one apart.</summary>
    public static int CountOf(CellContext cell)
    {
        var count = 0;
        for (var link = _all; link is not null; link = link.Next)
        {
            count += link.Thread._flow?.Cell == cell && link.Thread != _current ? 1 : 0;
        }

        return count;
    }

    /// <summary>Forgets threads that have ended.</summary>
    public static void Prune()
    {
        var before = _all;
        Link? alive = null;
        for (var link = before; link is not null; link = link.Next)
        {
            alive = link.Thread._thread.IsAlive ? new Link(link.Thread, alive) : alive;
        }

        // If threads were added meanwhile, the next time will do.
        Interlocked.CompareExchange(ref _all, alive, before);
    }

    private static void Register(CellThread thread)
    {
        Link? before;
        do
        {
            before = _all;
        }
        while (Interlocked.CompareExchange(ref _all, new Link(thread, before), before) != before);
    }

    private void Change(CellFlow? flow)
    {
        if (flow?.Cell != _flow?.Cell)
        {
            _isTold = false;
        }

        _flow = flow;
        if (Volatile.Read(ref _signal) != NoSignal)
        {
            TakeBack();
        }

        if (flow is { Cell.IsStopped: true })
        {
            Count();
        }
        else
        {
            Uncount();
        }
    }

    [StackTraceHidden]
    private void Tell()
    {
        TakeBack();
        _isTold = true;
        throw new OperationCanceledException("The cell was stopped.");
    }

    private void Interrupt(CellContext cell)
    {
        var before = Volatile.Read(ref _signal);
        if (before == Signalling || Interlocked.CompareExchange(ref _signal, Signalling, before) != before)
        {
            return;
        }

        Interlocked.MemoryBarrierProcessWide();
        if (_flow is { MustStop: true } flow && flow.Cell == cell)
        {
            _thread.Interrupt();
            Volatile.Write(ref _signal, Signalled);
        }
        else
        {
            Volatile.Write(ref _signal, before);
        }
    }

    /// <summary>Takes back an interrupt of this thread.</summary>
    /// <returns>Whether it was still pending; if not, it had struck.</returns>
    private bool TakeBack()
    {
        while (Volatile.Read(ref _signal) == Signalling)
        {
            Thread.SpinWait(1);
        }

        if (Interlocked.Exchange(ref _signal, NoSignal) != Signalled)
        {
            return false;
        }

        try
        {
            Thread.Sleep(1); // a sleep of no time cannot be interrupted
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    private void Count()
    {
        if (Interlocked.Exchange(ref _isCounted, 1) == 0)
        {
            Interlocked.Increment(ref _inStopped);
        }

        // It may have left meanwhile.
        if (_flow is not { Cell.IsStopped: true })
        {
            Uncount();
        }
    }

    private void Uncount()
    {
        if (Volatile.Read(ref _isCounted) != 0 && Interlocked.Exchange(ref _isCounted, 0) != 0)
        {
            Interlocked.Decrement(ref _inStopped);
        }
    }

    private sealed record Link(CellThread Thread, Link? Next);
}
