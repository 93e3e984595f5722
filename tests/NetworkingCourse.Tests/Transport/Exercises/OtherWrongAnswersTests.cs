using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using NetworkingCourse.Transport;
using static NetworkingCourse.Tests.Support.WrongAnswers;

namespace NetworkingCourse.Tests.Transport;

/// <summary>
/// Wrong answers that learners have written, beside the mistakes that the exercises list: what each is told, whatever the seed.
/// </summary>
public class OtherWrongAnswersTests
{
    // What runs an answer's asynchronous code takes longer, and depends on the seed only in its last scenes.
    private const int FewSeeds = 3;

    [Fact]
    public void Syn_cookie()
    {
        Told(Exercises.SynCookie, null, () => new Cookies((_, _, _, _) => null));
        Told(Exercises.SynCookie, "computes the hash from the 5 bits", () => new Cookies((client, server, cookie, period) =>
            ((period - (int)(cookie >> 27)) & 31) <= 1 ? Size(client, server, cookie, (int)(cookie >> 27)) : null));
        Told(Exercises.SynCookie, "does not compare the period's 5 bits", () => new Cookies((client, server, cookie, period) =>
            Size(client, server, cookie, period) ?? Size(client, server, cookie, period - 1)));
        Told(Exercises.SynCookie, null, () => new Cookies((client, server, cookie, period) =>
            Enumerable.Range(period - 1, 3).Where(made => (made & 31) == cookie >> 27)
                .Select(made => Size(client, server, cookie, made)).FirstOrDefault(size => size is not null)));
        Told(Exercises.SynCookie, null, () => new Cookies(
            (client, server, cookie, period) =>
                new SynCookies().Check(client, server, unchecked(cookie + 1), period), refusesZero: true));
    }

    [Fact]
    public void Keepalive_probes()
    {
        Told(Exercises.KeepaliveProbes, null, options => new Keeper(options, options.Interval + 1));
        Told(Exercises.KeepaliveProbes, "sends one probe too few", options => new Keeper(options, probes: options.Probes - 1));
        Told(Exercises.KeepaliveProbes, "does not wait after its last probe", options => new Keeper(options, atEnd: 1));
        Told(Exercises.KeepaliveProbes, "gives up more than once", options => new Keeper(options, staysGone: false));
        Right(Exercises.KeepaliveProbes, options => new Keeper(options));
    }

    [Fact]
    public void Keep_early()
    {
        Told(Exercises.KeepEarly, null, options => new Keeping(options, acknowledgments: 2));
        Told(Exercises.KeepEarly, "delivers only one kept segment", options => new Keeping(options, forgets: true));
        Told(Exercises.KeepEarly, null, options => new Keeping(options, refuses: true));
        // What comes twice may replace what is kept; notes in the diagram are free.
        Right(Exercises.KeepEarly, options => new Keeping(options));
        Right(Exercises.KeepEarly, options => new Keeping(options, notes: true));
    }

    [Fact]
    public void Echo_client()
    {
        // A right answer with a small buffer, and one with a stream.
        Right(Exercises.EchoClient, (socket, message) =>
        {
            socket.Send(message);
            var (all, buffer) = (new List<byte>(), new byte[3]);
            while (all.Count < message.Length)
            {
                var count = socket.Receive(buffer, 0, Math.Min(buffer.Length, message.Length - all.Count), SocketFlags.None);
                all.AddRange(count > 0 ? buffer[..count] : throw new EndOfStreamException());
            }

            return [.. all];
        });
        Told(Exercises.EchoClient, "throws another exception at a reset", (socket, message) =>
        {
            using var stream = new NetworkStream(socket, ownsSocket: false);
            stream.Write(message);
            var reply = new byte[message.Length];
            stream.ReadExactly(reply); // throws an IOException at a reset
            return reply;
        }, seeds: 1);
        Told(Exercises.EchoClient, null, (_, _) => null!, seeds: 1);
        Told(Exercises.EchoClient, "receives once", (socket, message) =>
        {
            socket.Send(message);
            var buffer = new byte[65_535];
            return buffer[..socket.Receive(buffer)];
        }, seeds: 1);
    }

    [Fact]
    public void Cubic_growth()
    {
        Told(Exercises.CubicGrowth, "adds K to the time", () => new Cubic { Sign = -1 });
        Told(Exercises.CubicGrowth, "loses the sign before K", () => new Cubic { Cube = x => Math.Pow(Math.Abs(x), 3) });
        Told(Exercises.CubicGrowth, "makes room at an equal window", () => new Cubic
        {
            IsLess = (window, most, _) => window <= most,
        });
        Told(Exercises.CubicGrowth, "compares with the window at the last loss", () => new Cubic
        {
            IsLess = (window, _, last) => window < last,
        });
        Right(Exercises.CubicGrowth, () => new Cubic());
    }

    [Fact]
    public void Pass_on()
    {
        foreach (var more in (Func<int, int>[])[capacity => capacity + 1, capacity => capacity * 2])
        {
            var verdict = Told(Exercises.PassOn, null, (source, sink, capacity) =>
                PassAsync(source, sink, more(capacity), failure => failure), FewSeeds);
            Assert.Contains("More messages wait in your queue than `capacity`.", verdict.ToText());
        }

        var wrapped = Told(Exercises.PassOn, null, (source, sink, capacity) => PassAsync(
            source, sink, capacity, failure => new InvalidOperationException("The source failed.", failure)), FewSeeds);
        Assert.Contains("the source's own exception", wrapped.ToText());
        Assert.DoesNotContain("MoveNext", wrapped.ToText());
        var cancelled = Told(Exercises.PassOn, null, (source, sink, capacity) => PassAsync(
            source, sink, capacity, failure => new OperationCanceledException(failure.Message)), FewSeeds);
        Assert.Contains("it is cancelled", cancelled.ToText());
        Right(Exercises.PassOn, (source, sink, capacity) => PassAsync(source, sink, capacity, failure => failure));
    }

    [Fact]
    public void First_wanted()
    {
        Told(Exercises.FirstWanted, "closes the source while it is being read", (source, isWanted, capacity) =>
            FindAsync(source, isWanted, capacity, awaitsReader: false), FewSeeds);
        Right(Exercises.FirstWanted, (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, awaitsReader: true));
    }

    private sealed class Keeping(
        ProtocolOptions options, int acknowledgments = 1, bool forgets = false, bool refuses = false, bool notes = false)
        : ReliableReceiver(options)
    {
        private readonly Dictionary<int, ReadOnlyMemory<byte>> _early = [];

        public override IReadOnlyList<ProtocolAction> Received(Segment segment)
        {
            List<ProtocolAction> actions = notes ? [new Keep(segment)] : [];
            if (Numbers.Distance(Expected, segment.Number) < Options.Window)
            {
                _early[segment.Number] = segment.Data;
                for (var left = forgets ? 2 : int.MaxValue; left > 0 && _early.Remove(Expected, out var data); left--)
                {
                    actions.Add(new Deliver(data));
                    Expected = Numbers.After(Expected);
                }
            }
            else if (refuses)
            {
                throw new ArgumentException("The segment is outside of the window.");
            }

            return
            [
                .. actions,
                .. Enumerable.Repeat(new Transmit(Segment.Acknowledging(segment.Number), 1), acknowledgments),
            ];
        }
    }

    private static int? Size(IPEndPoint client, IPEndPoint server, uint cookie, int made) =>
        (cookie & 0xFFFFFF) == OwnSynCookies.Hash(client, server, made)
            ? OwnSynCookies.SegmentSizes[(int)(cookie >> 24) & 7]
            : null;

    private static async Task PassAsync(
        MessageSource source, MessageSink sink, int capacity, Func<Exception, Exception> failure)
    {
        var queue = Channel.CreateBounded<byte[]>(capacity);
        var reading = ReadAsync();
        await foreach (var message in queue.Reader.ReadAllAsync())
        {
            await sink.TakeAsync(message);
        }

        await reading;

        async Task ReadAsync()
        {
            try
            {
                while (await source.NextAsync() is { } message)
                {
                    await queue.Writer.WriteAsync([.. message]);
                }

                queue.Writer.Complete();
            }
            catch (IOException exception)
            {
                queue.Writer.Complete(failure(exception));
            }
        }
    }

    private static async Task<string?> FindAsync(
        LineSource source, Func<string, Task<bool>> isWanted, int capacity, bool awaitsReader)
    {
        using var stop = new CancellationTokenSource();
        var queue = Channel.CreateBounded<string>(capacity);
        var reading = ReadAsync(stop.Token);
        try
        {
            await foreach (var line in queue.Reader.ReadAllAsync())
            {
                if (await isWanted(line))
                {
                    return line;
                }
            }

            return null;
        }
        finally
        {
            await stop.CancelAsync();
            if (awaitsReader)
            {
                await reading;
            }

            source.Close();
        }

        async Task ReadAsync(CancellationToken stopped)
        {
            try
            {
                while (await source.NextAsync(stopped) is { } line)
                {
                    await queue.Writer.WriteAsync(line, stopped);
                }

                queue.Writer.Complete();
            }
            catch (Exception exception)
            {
                queue.Writer.Complete(exception);
            }
        }
    }

    // The cookie is the acknowledgment number less 1.
    private sealed class Cookies(Func<IPEndPoint, IPEndPoint, uint, int, int?> check, bool refusesZero = false) : OwnSynCookies
    {
        public override uint Make(IPEndPoint client, IPEndPoint server, int segmentSize, int period) =>
            new SynCookies().Make(client, server, segmentSize, period);

        public override int? Check(IPEndPoint client, IPEndPoint server, uint acknowledgment, int period) => check(
            client, server, refusesZero ? checked(acknowledgment - 1) : unchecked(acknowledgment - 1), period);
    }

    private sealed class Keeper(
        KeepaliveOptions options, int? interval = null, int? probes = null, int? atEnd = null, bool staysGone = true)
        : OwnKeepalive
    {
        private int _due = options.Idle;
        private int _sent;
        private bool _isGone;

        public override void Arrived(int second) => (_due, _sent, _isGone) = (second + options.Idle, 0, false);

        public override KeepaliveAction Tick(int second)
        {
            if (second < _due || (_isGone && staysGone))
            {
                return KeepaliveAction.Wait;
            }

            if (_sent == (probes ?? options.Probes))
            {
                _isGone = true;
                return KeepaliveAction.GiveUp;
            }

            _sent++;
            _due = second + (_sent == options.Probes ? atEnd : null) ?? second + (interval ?? options.Interval);
            return KeepaliveAction.Probe;
        }
    }

    private sealed class Cubic : OwnCubic
    {
        private double _most;
        private double _last;
        private double _flat;

        public Func<double, double, double, bool> IsLess { get; init; } = (window, most, _) => window < most;

        public Func<double, double> Cube { get; init; } = x => x * x * x;

        public int Sign { get; init; } = 1;

        public override void Lost(double window)
        {
            _most = IsLess(window, _most, _last) ? 0.85 * window : window;
            _last = window;
            _flat = Math.Cbrt((_most - (0.7 * window)) / 0.4);
        }

        public override double Target(double seconds) => (0.4 * Cube(seconds - (Sign * _flat))) + _most;
    }
}
