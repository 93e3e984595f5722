using System.Diagnostics;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A thread that runs, or has run, cell code. It knows whose code it runs, so that a stop can wake the threads of one cell, and
/// only while they run that cell's code.
/// </summary>
/// <remarks>
/// <para>
/// A stop wakes a waiting thread with <see cref="Thread.Interrupt"/>. If the thread is not waiting at that moment, the interrupt
/// stays pending and takes effect at the next wait, even one of the kernel's own. So a thread takes a pending interrupt back when
/// it leaves the cell's code or starts to clean up. The two sides do not use a lock, because a thread that waits for a lock can
/// be interrupted too. Instead, the thread writes its flow and then reads the signal; the stopping side writes the signal and
/// then reads the flow, with a process-wide memory barrier in between.
/// </para>
/// <para>
/// The runtime can also abort a thread at any point (<c>ControlledExecution</c>). The kernel does not use that: on Linux, in
/// .NET 10, about one in a hundred aborts of code that allocates or locks ends the process, and with it the learner's variables.
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

    /// <summary>The number of threads that run code of stopped cells.</summary>
    private static volatile int _inStopped;

    private readonly Thread _thread = Thread.CurrentThread;
    private volatile CellFlow? _flow;
    private int _signal;
    private int _isCounted;
    private bool _isTold;

    /// <summary>Whether any thread runs code of a stopped cell. If none does, a stop point only reads this.</summary>
    public static bool AnyInStopped => _inStopped != 0;

    /// <summary>The flow of the code that this thread runs.</summary>
    public static CellFlow? CurrentFlow => _current?._flow;

    /// <summary>Switches this thread to another flow. Must not throw: the runtime would end the process.</summary>
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
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    [StackTraceHidden]
    public static void Check()
    {
        if (_current is { _flow.MustStop: true } thread)
        {
            thread.Notify();
        }
    }

    /// <summary>
    /// Like <see cref="Check"/>, for operations such as printing, which the kernel performs for code without stop points. It
    /// throws once; whatever that code does afterwards counts as clean-up.
    /// </summary>
    [StackTraceHidden]
    public static void CheckOnce()
    {
        if (_current is not { _flow.MustStop: true } thread)
        {
            return;
        }

        // An interrupt that is no longer pending has already taken effect.
        if (Volatile.Read(ref thread._signal) != NoSignal && !thread.TakeBack())
        {
            thread._isTold = true;
        }

        if (!thread._isTold)
        {
            thread.Notify();
        }
    }

    /// <summary>Interrupts every thread of a cell that must stop.</summary>
    public static void Stop(CellContext cell)
    {
        // From here on, a thread that enters the cell's code either sees that the cell is stopped or is found below.
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

    /// <summary>The number of threads, other than this one, that run a cell's code.</summary>
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

        // If threads were added in the meantime, the next call will do.
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
    private void Notify()
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
    /// <returns>Whether it was still pending; if not, it had already taken effect.</returns>
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
            Thread.Sleep(1); // Sleep(0) cannot be interrupted
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

        // The thread may have left in the meantime.
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
