using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>Runs our reader through every row of the table, against a server that writes every byte itself.</summary>
public sealed class HttpReaderTableTests
{
    public static TheoryData<string, string> Rules
    {
        get
        {
            var rules = new TheoryData<string, string>();
            foreach (var row in HttpReaderTable.Rows)
            {
                rules.Add(row.Source, row.Rule);
            }

            return rules;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_reader_does_what_the_RFC_says(string source, string rule)
    {
        var row = HttpReaderTable.Rows.Single(row => (row.Source, row.Rule) == (source, rule));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var client = await HttpConnection.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using (var server = await listener.AcceptSocketAsync())
        {
            await server.SendAsync(Encoding.Latin1.GetBytes(row.Response), SocketFlags.None);
        }

        if (row.Refused.Length > 0)
        {
            var read = () => client.ReadAsync(row.Method, World.Deadline, row.Rules);
            Assert.Contains(row.Refused, (await Assert.ThrowsAsync<HttpFormatException>(read)).Message, StringComparison.Ordinal);
            return;
        }

        var response = await client.ReadAsync(row.Method, World.Deadline, row.Rules);
        Assert.Equal((row.Framing, row.Persists), (response.Framing, response.KeepsConnection));
        Assert.Equal(row.Body, Encoding.Latin1.GetString(response.Body));
        Assert.Equal(row.Field.Value, response[row.Field.Name]);
        Assert.Equal(row.Left, Encoding.Latin1.GetString((await client.ReadToCloseAsync(World.Deadline)).Bytes));
    }
}
