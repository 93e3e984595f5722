using System.Net;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Our server in every situation of the table, and BIND next to it.</summary>
public sealed class DnsTableTests
{
    public static TheoryData<string, string> Situations
    {
        get
        {
            var situations = new TheoryData<string, string>();
            foreach (var row in DnsTable.Rows.Concat(DnsTable.RowsOfUdp))
            {
                situations.Add(row.Source, row.Situation);
            }

            return situations;
        }
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task The_server_answers_what_the_RFC_says(string source, string situation)
    {
        var row = DnsTable.Rows.Concat(DnsTable.RowsOfUdp).Single(row => (row.Source, row.Situation) == (source, situation));
        await using var server = Start();
        using var asking = new DnsAsking(server.EndPoint);

        Assert.Equal(row.Answer, DnsText.Of(await asking.OverUdpAsync(row.Query)));
        if (!DnsTable.RowsOfUdp.Contains(row))
        {
            Assert.Equal(row.Answer, DnsText.Of(await asking.OverTcpAsync(row.Query)));
        }

        Assert.Equal(0, server.Log.Count(DnsEventKind.Failed));
    }

    [Fact]
    public async Task A_response_is_not_answered() // RFC 1035, section 4.1.1: otherwise two servers would talk forever
    {
        await using var server = Start();
        using var asking = new DnsAsking(server.EndPoint);
        byte[] response = [0, 1, 0x80, .. DnsTable.Plain[3..]];
        using var silent = new Transport.UdpProbe(server.EndPoint);
        await silent.SendAsync(response);
        await silent.SendAsync(DnsTable.Plain);

        Assert.Equal(DnsTable.Plain[..2], (await silent.ReceiveAsync())[..2]);
    }

    [NeedsFact(Need.Named)]
    public async Task BIND_answers_the_same()
    {
        await using var named = await Named.StartAsync(DnsTable.Zones);
        using var asking = new DnsAsking(named.EndPoint);
        var differences = new List<string>();
        foreach (var row in DnsTable.Rows.Concat(DnsTable.RowsOfUdp))
        {
            var answer = DnsText.Of(await asking.OverUdpAsync(row.Query));
            if ((answer == row.Answer) != (row.BindDiffers is null))
            {
                differences.Add($"{row.Source}, {row.Situation}:\n{answer}\n{row.BindDiffers}");
            }

            if (!DnsTable.RowsOfUdp.Contains(row))
            {
                Assert.Equal(answer, DnsText.Of(await asking.OverTcpAsync(row.Query)));
            }
        }

        Assert.Empty(differences);
    }

    private static AuthoritativeServer Start()
    {
        var zones = DnsTable.Zones.Select(zone => Zone.Parse(zone.Text));
        return AuthoritativeServer.Start([.. zones], new IPEndPoint(IPAddress.Loopback, 0), TestServers.FreshName("dns"));
    }
}
