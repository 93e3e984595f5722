using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Counts what a loop that accepts connections does when its process is out of descriptors, so that <c>accept</c> fails with
/// EMFILE (accept(2)). Each loop runs in a process of its own, with a limit of its own (getrlimit(2)). Linux only.
/// </summary>
public sealed class OutOfDescriptors : Shown
{
    private const int Emfile = 24; // on Linux: errno(3)

    private readonly int _clients;
    private readonly int _descriptors;

    private OutOfDescriptors(int clients, int descriptors, IReadOnlyList<OutOfDescriptorsResult> results) =>
        (_clients, _descriptors, Results) = (clients, descriptors, results);

    /// <summary>One result per rule; none on other systems than Linux.</summary>
    public IReadOnlyList<OutOfDescriptorsResult> Results { get; }

    /// <summary>
    /// Lets clients connect to each loop before it begins. When it has dealt with them, one client whose connection it has
    /// accepted leaves, and the loop goes on.
    /// </summary>
    /// <param name="clients">The number of clients; more than <paramref name="descriptors"/>, and at most 100.</param>
    /// <param name="descriptors">How many descriptors each process can still open when its loop begins; at least 3.</param>
    /// <param name="turns">The turns after which a loop is stopped that does not come to rest.</param>
    /// <exception cref="InvalidOperationException">A process did not start; the message says why.</exception>
    public static async Task<OutOfDescriptors> CountAsync(int clients = 20, int descriptors = 10, int turns = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(descriptors, 3);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(clients, descriptors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clients, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, clients);
        if (!OperatingSystem.IsLinux() || !SystemFeatures.DescriptorLimit)
        {
            return new OutOfDescriptors(clients, descriptors, []);
        }

        return new OutOfDescriptors(
            clients, descriptors, await CountEachAsync(clients, descriptors, turns).ConfigureAwait(false));
    }

    // Starting a process blocks.
    [SupportedOSPlatform("linux")]
    private static Task<OutOfDescriptorsResult[]> CountEachAsync(int clients, int descriptors, int turns) =>
        Task.WhenAll(Enum.GetValues<WhenFull>().Select(rule => Task.Run(() => Count(
            clients, new AcceptingOrder(rule, descriptors, rule == WhenFull.Limit ? descriptors - 2 : int.MaxValue, turns)))));

    [SupportedOSPlatform("linux")]
    private static OutOfDescriptorsResult Count(int clients, AcceptingOrder order)
    {
        using var process = WorkerProcess.Start(
            new WorkerOrder(AcceptingProgram.Name, new ServerOptions(), null, 0), null, AcceptingProgram.Environment);
        var sockets = new List<Socket>();
        try
        {
            var port = process.WaitUntilReady();
            for (var i = 0; i < clients; i++)
            {
                // The system completes the handshake by itself; the connection then waits in the accept queue.
                sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                sockets[i].Connect(new IPEndPoint(IPAddress.Loopback, port));
            }

            var first = process.AskToAccept(order);
            sockets[0].Dispose(); // the queue is in order, so that this one was accepted
            return new OutOfDescriptorsResult(order.Rule, clients, first, process.AskToAccept(order));
        }
        catch (EndOfStreamException)
        {
            throw new InvalidOperationException($"The process of a loop has ended too early: {process.WaitForEnd()}");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
            process.StopAndDispose();
        }
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "when accept fails, the loop", "accepted", "refused", "accept failed", "turns", "and then",
            "still in the queue", "accepted after one has left",
        ],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            InWords(result.Rule),
            result.First.Accepted,
            result.First.Refused,
            result.First.Failed,
            result.First.Turns,
            result.First.IsAsleep ? "it sleeps" : "we stop it",
            result.Queued,
            result.AcceptedLater,
        ]),
        Note());

    private string Note() => Results.Count == 0
        ? "Only on Linux does this run limit the descriptors of a process."
        : InvariantText.Format($"{_clients} clients, and descriptors for {_descriptors} sockets. ")
            + string.Concat(Results.Where(result => result.First.Failed > 0).Take(1).Select(result =>
                $"accept failed with error {NameOf(result.First.Error)}: "
                + $"{Marshal.GetPInvokeErrorMessage(result.First.Error)}."));

    private static string NameOf(int error) => InvariantText.Format($"{error}{(error == Emfile ? ", EMFILE" : "")}");

    private static string InWords(WhenFull rule) => rule switch
    {
        WhenFull.TryAgain => "tries again at once",
        WhenFull.AwaitAnEnd => "waits until a connection ends",
        WhenFull.Refuse => "refuses, with a spare descriptor",
        _ => "(has a limit of its own)",
    };
}

/// <summary>What a loop has done that follows one rule.</summary>
/// <param name="Rule">What it does when its process is out of descriptors.</param>
/// <param name="Clients">How many clients have connected.</param>
/// <param name="First">What it has done until it slept or was stopped.</param>
/// <param name="Later">The same, after a client had left and the loop had gone on.</param>
public sealed record OutOfDescriptorsResult(WhenFull Rule, int Clients, AcceptCounts First, AcceptCounts Later)
{
    /// <summary>How many connections were left in the accept queue.</summary>
    public int Queued => Clients - First.Accepted - First.Refused;

    /// <summary>How many connections it has accepted after a client had left.</summary>
    public int AcceptedLater => Later.Accepted - First.Accepted;
}
