using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// An <see cref="AcceptingLoop"/> in a process of its own, which has few descriptors. All that the loop needs is loaded before:
/// the runtime could not open a file when no descriptor is left.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class AcceptingProgram
{
    /// <summary>Stands in an order in the place of an architecture.</summary>
    public const string Name = "accepting loop";

    /// <summary>Settings of the process: without tiered compilation, the runtime starts no thread to compile again.</summary>
    public static readonly IReadOnlyDictionary<string, string> Environment =
        new Dictionary<string, string> { ["DOTNET_TieredCompilation"] = "0" };

    // The end of a connection may need a moment to arrive.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reports the port, and then, for each order, what the loop has done.</summary>
    public static void Run(BinaryReader orders, BinaryWriter reports)
    {
        using var listener = new Listener(port: 0, backlog: 128);
        listener.Socket.Blocking = false;
        Rehearse();
        reports.Write(listener.EndPoint.Port);
        reports.Flush();
        AcceptingLoop? loop = null;
        while (orders.ReadByte() is not WorkerProgram.StopOrder)
        {
            var order = AcceptingOrder.Read(orders);
            if (loop is null)
            {
                DescriptorLimit.LowerTo(order.Descriptors);
                loop = new AcceptingLoop(listener.Socket, order.Rule, order.Limit);
            }

            loop.Run(order.Turns, Patience).Write(reports);
            reports.Flush();
        }

        _ = orders.ReadInt64();
        loop?.Dispose();
    }

    // Does everything once that the loop will do, an accept that fails included.
    private static void Rehearse()
    {
        using var listener = new Listener(port: 0, backlog: 1);
        listener.Socket.Blocking = false;
        try
        {
            listener.Socket.Accept();
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
        {
            _ = DescriptorLimit.ErrorOfAccept(listener.Socket);
            using var loop = new AcceptingLoop(listener.Socket, WhenFull.Refuse, limit: 1);
            using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                client.Connect(new IPEndPoint(IPAddress.Loopback, listener.EndPoint.Port));
                loop.Run(turns: 1, Patience);
            }

            loop.Run(turns: 1, Patience).Write(BinaryWriter.Null);
        }
    }
}

/// <summary>An order to the process of an accepting loop.</summary>
/// <param name="Rule">What the loop does when its process is out of descriptors.</param>
/// <param name="Descriptors">How many descriptors the process can still open.</param>
/// <param name="Limit">The most connections that the loop keeps open.</param>
/// <param name="Turns">The most turns that it takes.</param>
internal sealed record AcceptingOrder(WhenFull Rule, int Descriptors, int Limit, int Turns)
{
    public static AcceptingOrder Read(BinaryReader from) =>
        new((WhenFull)from.ReadInt32(), from.ReadInt32(), from.ReadInt32(), from.ReadInt32());

    public void Write(BinaryWriter to)
    {
        to.Write((int)Rule);
        to.Write(Descriptors);
        to.Write(Limit);
        to.Write(Turns);
    }
}
