using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application.Http2;

/// <summary>Frames of HTTP/2, written and read by hand, with Kestrel at the other end.</summary>
public class Http2Tests
{
    [Fact]
    public void A_frame_has_nine_octets_before_its_payload()
    {
        var frame = new Http2Frame(Http2FrameType.Data, Http2Frame.EndStream, 0x01020304, [0xaa, 0xbb]);
        Assert.Equal("0000020001" + "01020304" + "AABB", Convert.ToHexString(frame.ToBytes()));
        var view = frame.View();
        Assert.Equal(("2", "16909060"), (view.Field("length").Value, view.Field("stream").Value));
        Assert.Equal("DATA on stream 16909060, 2 bytes, END_STREAM", frame.ToString());
    }

    [Fact]
    public void A_request_is_written_as_in_the_examples_of_RFC_7541()
    {
        // Appendix C.3.1 has the same fields, but adds the authority to the dynamic table (0x41 instead of 0x01).
        var expected = "82 86 01 0f " + Convert.ToHexString("www.example.com"u8) + " 04 01 2f";
        Assert.Equal(
            expected.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(),
            Convert.ToHexString(Http2Frame.Get(1, "www.example.com", "/").Payload));
    }

    [Theory]
    [InlineData("82", "indexed, :method: GET")]
    [InlineData("410f7777772e6578616d706c652e636f6d", "literal, to be remembered, :authority: www.example.com")]
    [InlineData("418cf1e3c2e5f23a6ba0ab90f4ff", "literal, to be remembered, :authority: (in Huffman code)")]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "literal, to be remembered, custom-key: custom-header")]
    [InlineData("100870617373776f726406736563726574", "literal, password: secret")]
    [InlineData("be", "indexed, entry 62 of the dynamic table")]
    [InlineData("3fe11f", "size of the dynamic table, 4096")]
    public void Header_sections_are_dissected(string hex, string expected)
    {
        // Two in a row, so that the end of the first is found.
        var payload = Convert.FromHexString(hex + hex);
        var view = new Http2Frame(Http2FrameType.Headers, Http2Frame.EndHeaders, 1, payload).View();
        var fields = view.Sections[0].Fields.Skip(5).Select(field => $"{field.Name}, {field.Value}");
        Assert.Equal([expected, expected], fields);
        Assert.Null(view.Note);
    }

    [Theory]
    [InlineData("41")]
    [InlineData("410f7777")]
    [InlineData("ff")]
    [InlineData("ffffffffff")]
    [InlineData("00")]
    [InlineData("0085")]
    public void A_header_section_that_is_cut_off_or_absurd_has_a_view_with_a_note(string hex) =>
        Assert.NotNull(new Http2Frame(Http2FrameType.Headers, 0, 1, Convert.FromHexString(hex)).View().Note);

    [Fact]
    public void Every_payload_has_a_view()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var payload = new byte[random.Next(20)];
            random.NextBytes(payload);
            var frame = new Http2Frame((Http2FrameType)random.Next(12), (byte)random.Next(16), random.Next(5), payload);
            Assert.Equal(frame.ToBytes(), frame.View().Bytes.ToArray());
        }
    }

    [Fact]
    public async Task Kestrel_answers_a_quick_request_before_a_slow_one_on_the_same_connection()
    {
        await using var world = new World();
        await using var connection = await BeginAsync(world);
        await connection.SendAsync(
            Http2Frame.Get(1, "bench.test", "/slow?lines=2&pause=2000"), Http2Frame.Get(3, "bench.test", "/length"));
        var frames = await connection.ReadUntilEndOfAsync(2);
        Assert.Equal([3, 1], frames.Where(frame => frame.EndsStream).Select(frame => frame.Stream));
        Assert.Equal(0x88, frames.First(frame => frame.Type == Http2FrameType.Headers).Payload[0]);
    }

    [Fact]
    public async Task Kestrel_gives_the_same_page_in_HTTP_1_and_2()
    {
        await using var world = new World();
        await using var connection = await BeginAsync(world);
        await connection.SendAsync(Http2Frame.Get(1, "bench.test", "/gzip"));
        var frames = await connection.ReadUntilEndOfAsync(1);
        var body = frames.Where(frame => frame.Type == Http2FrameType.Data).SelectMany(frame => frame.Payload).ToArray();
        await using var old = await HttpConnection.ConnectAsync(world.Internet.Origin.EndPoint);
        await old.SendAsync(HttpWriter.Request("GET", "/gzip", "bench.test"));
        Assert.Equal((await old.ReadAsync()).Text, Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task A_request_on_a_stream_of_the_server_ends_the_connection()
    {
        await using var world = new World();
        await using var connection = await BeginAsync(world);
        await connection.SendAsync(Http2Frame.Get(2, "bench.test", "/length"));
        var types = new List<Http2FrameType>();
        while (await connection.ReadFrameAsync() is { } frame)
        {
            types.Add(frame.Type);
        }

        Assert.Equal(Http2FrameType.GoAway, types[^1]);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("0000", typeof(EndOfStreamException))]
    [InlineData("000005000000000001", typeof(EndOfStreamException))]
    [InlineData("00000500000000000141", typeof(EndOfStreamException))]
    [InlineData("004001000000000001", typeof(InvalidDataException))]
    [InlineData("ffffff000000000001", typeof(InvalidDataException))]
    public async Task A_rude_server_is_noticed(string hex, Type? exception)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var connection = await Http2Connection.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using (var server = await listener.AcceptAsync())
        {
            await server.SendAsync(Convert.FromHexString(hex), SocketFlags.None);
        }

        if (exception is null)
        {
            Assert.Null(await connection.ReadFrameAsync());
        }
        else
        {
            await Assert.ThrowsAsync(exception, connection.ReadFrameAsync);
        }
    }

    [Fact]
    public async Task Frames_come_whole_however_they_are_cut()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var connection = await Http2Connection.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using var server = await listener.AcceptAsync();
        server.NoDelay = true;
        var reading = connection.ReadFrameAsync();
        foreach (var octet in new Http2Frame(Http2FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]).ToBytes())
        {
            await server.SendAsync(new[] { octet }, SocketFlags.None);
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], (await reading)!.Payload);
    }

    private static async Task<Http2Connection> BeginAsync(World world)
    {
        var connection = await Http2Connection.ConnectAsync(world.Internet.Origin.Http2EndPoint);
        await connection.SendAsync(Http2Connection.Preface);
        await connection.SendAsync(Http2Frame.Settings());
        return connection;
    }
}
