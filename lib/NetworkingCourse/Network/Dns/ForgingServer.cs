using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The ways in which a forged response differs from a genuine one.</summary>
[Flags]
public enum Forgery
{
    /// <summary>Nothing is forged.</summary>
    None = 0,

    /// <summary>Its ID is not the query's.</summary>
    WrongId = 1,

    /// <summary>It comes from a port other than the one that was queried.</summary>
    WrongPort = 2,

    /// <summary>It answers another question.</summary>
    WrongQuestion = 4,
}

/// <summary>
/// A name server together with an off-path attacker, who sends forged responses before the genuine one arrives. Such an attacker
/// cannot see the query, and has to guess its ID, port and question (RFC 5452).
/// </summary>
public sealed class ForgingServer : AuthoritativeServer
{
    private readonly Forgery _forgeries;
    private readonly Address _lie;

    private ForgingServer(string name, IPEndPoint endPoint, Zone zone, Forgery forgeries, Address lie)
        : base(name, endPoint, [zone], null) => (_forgeries, _lie) = (forgeries, lie);

    /// <summary>Starts a server.</summary>
    /// <param name="zone">The zone of the genuine answers, which come last.</param>
    /// <param name="forgeries">The kinds of forged responses to send first, one of each.</param>
    /// <param name="lie">The address that the forged responses contain.</param>
    /// <param name="endPoint">The loopback endpoint to listen on.</param>
    /// <param name="name">The server's name. A running server of that name is replaced.</param>
    public static ForgingServer Start(Zone zone, Forgery forgeries, Address lie, IPEndPoint endPoint, string name) =>
        Start(name, () => new ForgingServer(name, endPoint, zone, forgeries, lie));

    private protected override async ValueTask BeforeAnswerAsync(
        DnsMessage query, DnsMessage response, IPEndPoint client, Socket socket)
    {
        if (response.Questions is not [var question])
        {
            return;
        }

        DnsMessage Lie(DnsName name) => response with
        {
            Answers = [new DnsRecord(name, DnsType.A, 86_400, new AddressData(_lie))],
            Questions = [question with { Name = name }],
        };
        if (_forgeries.HasFlag(Forgery.WrongId))
        {
            await socket.SendToAsync((Lie(question.Name) with { Id = (ushort)(query.Id + 1) }).ToBytes(), client)
                .ConfigureAwait(false);
        }

        if (_forgeries.HasFlag(Forgery.WrongQuestion))
        {
            await socket.SendToAsync(Lie(DnsName.Parse("bank").Under(question.Name.Parent)).ToBytes(), client)
                .ConfigureAwait(false);
        }

        if (_forgeries.HasFlag(Forgery.WrongPort))
        {
            using var elsewhere = new Socket(EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            elsewhere.Bind(new IPEndPoint(EndPoint.Address, 0));
            await elsewhere.SendToAsync(Lie(question.Name).ToBytes(), client).ConfigureAwait(false);
        }
    }
}
