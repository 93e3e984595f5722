using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Network;

/// <summary>What is wrong with a forged response.</summary>
[Flags]
public enum Forgery
{
    /// <summary>Nothing is forged.</summary>
    None = 0,

    /// <summary>It has another number than the query.</summary>
    WrongId = 1,

    /// <summary>It comes from another port than the one that was asked.</summary>
    WrongPort = 2,

    /// <summary>It answers another question.</summary>
    WrongQuestion = 4,
}

/// <summary>
/// A name server with somebody beside it who sends forged responses faster than the right one comes: what an attacker does who cannot see the query, and has
/// to guess its number, port and question (RFC 5452).
/// </summary>
public sealed class ForgingServer : AuthoritativeServer
{
    private readonly Forgery _forgeries;
    private readonly Address _lie;

    private ForgingServer(string name, IPEndPoint endPoint, Zone zone, Forgery forgeries, Address lie)
        : base(name, endPoint, [zone], null) => (_forgeries, _lie) = (forgeries, lie);

    /// <summary>Starts one.</summary>
    /// <param name="zone">The zone for which it gives the right answers, afterwards.</param>
    /// <param name="forgeries">Which forged responses come first, one of each kind.</param>
    /// <param name="lie">The address that they claim.</param>
    /// <param name="endPoint">Where: an address of loopback.</param>
    /// <param name="name">Its name. What ran under that name is replaced.</param>
    public static ForgingServer Start(Zone zone, Forgery forgeries, Address lie, IPEndPoint endPoint, string name) =>
        Start(name, () => new ForgingServer(name, endPoint, zone, forgeries, lie));

    private protected override async ValueTask BeforeAnswerAsync(DnsMessage query, DnsMessage response, IPEndPoint client, Socket socket)
    {
        if (response.Questions is not [var question])
        {
            return;
        }

        DnsMessage Lie(DnsName name) => response with { Answers = [new DnsRecord(name, DnsType.A, 86_400, new AddressData(_lie))], Questions = [question with { Name = name }] };
        if (_forgeries.HasFlag(Forgery.WrongId))
        {
            await socket.SendToAsync((Lie(question.Name) with { Id = (ushort)(query.Id + 1) }).ToBytes(), client).ConfigureAwait(false);
        }

        if (_forgeries.HasFlag(Forgery.WrongQuestion))
        {
            await socket.SendToAsync(Lie(DnsName.Parse("bank").Under(question.Name.Parent)).ToBytes(), client).ConfigureAwait(false);
        }

        if (_forgeries.HasFlag(Forgery.WrongPort))
        {
            using var elsewhere = new Socket(EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            elsewhere.Bind(new IPEndPoint(EndPoint.Address, 0));
            await elsewhere.SendToAsync(Lie(question.Name).ToBytes(), client).ConfigureAwait(false);
        }
    }
}
