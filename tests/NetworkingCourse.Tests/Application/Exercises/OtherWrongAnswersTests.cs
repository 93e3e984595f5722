using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using static NetworkingCourse.Tests.Support.WrongAnswers;

namespace NetworkingCourse.Tests.Application;

/// <summary>
/// Wrong answers that learners have written, beside the mistakes that the exercises list: what each is told, whatever the seed.
/// </summary>
public class OtherWrongAnswersTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void Shared_secret()
    {
        Told(Exercises.SharedSecret, "computes the whole power first", (p, theirs, mine) =>
            theirs < 2 || theirs > p - 2 ? null : BigInteger.Pow(theirs, checked((int)mine)) % p);
        Told(Exercises.SharedSecret, null, (p, theirs, mine) =>
            theirs < 2 || theirs > p - 2 ? null : (long)BigInteger.ModPow((long)theirs, (long)mine, (long)p));
    }

    [Fact]
    public void Signed_content_shows_where_it_differs()
    {
        var verdict = Told(Exercises.SignedContent, "writes the digit 0", (client, server) =>
        [
            .. Enumerable.Repeat((byte)0x20, 64),
            .. Encoding.ASCII.GetBytes("TLS 1.3, server CertificateVerify"),
            (byte)'0',
            .. SHA256.HashData([.. client, .. server]),
        ]);
        Assert.Contains("The first 97 bytes agree. Then `00 ", verdict.ToText());
        Assert.Contains("is expected, and `30 ", verdict.ToText());
        Assert.Contains("The first 97 bytes agree.", verdict.ToHtml());
    }

    [Fact]
    public void Fresh_for()
    {
        Told(Exercises.FreshFor, "takes the age from Date", (kept, isShared, now) =>
        {
            var since = kept.Time("Date") is { } date ? (int)(kept.Received - date).TotalSeconds : 0;
            return Fresh(kept, isShared, now, Math.Max(Number(kept["Age"]), since));
        });
        Told(Exercises.FreshFor, "returns the lifetime", (kept, isShared, now) =>
            Fresh(kept, isShared, now, Number(kept["Age"])) > 0
                ? Fresh(kept, isShared, now, -(int)(now - kept.Received).TotalSeconds)
                : 0);
    }

    [Fact]
    public void Vary_key()
    {
        Told(Exercises.VaryKey, "takes a missing field for an empty one", (request, vary) => Key(
            request, vary, names => string.Join("\n", names.Select(name => string.Join(", ", request.Values(name))))));
        Told(Exercises.VaryKey, null, (request, vary) => Key(
            request, vary, names => string.Join(", ", names
                .Where(name => request.Values(name).Length > 0)
                .Select(name => $"{name.ToLowerInvariant()}={string.Join(", ", request.Values(name))}"))));
        Told(Exercises.VaryKey, null, (request, vary) => Key(
            request, vary, names => string.Join("\n", names.Select(name =>
                request.Values(name).Length == 0 ? "null" : string.Join(", ", request.Values(name))))));
        Told(Exercises.VaryKey, null, (request, vary) => Key(
            request, vary, names => string.Join("\n", names.Select(name =>
                request.Values(name).Length == 0 ? "\0" : string.Join(", ", request.Values(name).Order())))));
    }

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("+")]
    public void Vary_key_separates_values_by_what_none_contains(string separator)
    {
        Told(Exercises.VaryKey, "separates the values by what a value may contain", (request, vary) => Key(
            request, vary, names => string.Join(separator, names.Select(name => name + "=" + Value(request, name)))));
        Told(Exercises.VaryKey, "separates the values by what a value may contain", (request, vary) => Key(
            request, vary, names => string.Concat(names.Select(name => separator + Value(request, name)))));

        static string Value(AskedPage request, string name) =>
            request.Values(name).Length == 0 ? "\0" : string.Join(", ", request.Values(name));
    }

    [Fact]
    public void Vary_key_tells_many_pages_apart()
    {
        Told(Exercises.VaryKey, "makes the key too short", (request, vary) => Key(
            request with { Target = request.Target[^Math.Min(request.Target.Length, 3)..] },
            vary,
            names => string.Join("\n", names.Select(name =>
                request.Values(name).Length == 0 ? "\0" : string.Join(", ", request.Values(name))))));

        // Now and then two other keys of its are the same too, so that the explanation is not certain. That it fails is.
        for (var seed = 1; seed <= 20; seed++)
        {
            var verdict = Exercises.VaryKey.Check(
                (request, vary) => Key(request, vary, names => string.Join("\n", names.Select(name =>
                    request.Values(name).Length == 0 ? "\0" : string.Join(", ", request.Values(name))))) is { } key
                    ? (key.GetHashCode(StringComparison.Ordinal) % 1000).ToString(CultureInfo.InvariantCulture)
                    : null,
                seed,
                Deadline);
            Assert.Equal(VerdictState.NotYet, verdict.State);
        }
    }

    [Fact]
    public void May_store()
    {
        Told(Exercises.MayStore, "looks for a word anywhere in the field", answer =>
        {
            var control = answer.CacheControl?.ToLowerInvariant() ?? "";
            return answer is { Method: "GET", Status: 200 } && !control.Contains("no-store")
                && !(answer.IsShared && control.Contains("private"))
                && (!(answer.IsShared && answer.HasAuthorization)
                    || control.Contains("public") || control.Contains("s-maxage") || control.Contains("must-revalidate"));
        });
        Told(Exercises.MayStore, null, answer => Stores(answer, "s-maxage", "must-revalidate"));
        Told(Exercises.MayStore, null, answer => Stores(answer, "public", "s-maxage", "must-revalidate", "proxy-revalidate"));
        Told(Exercises.MayStore, null, answer =>
            Stores(answer.Method == "HEAD" ? answer with { Method = "GET" } : answer, "public", "s-maxage", "must-revalidate"));
        Told(Exercises.MayStore, null, answer =>
            Stores(answer with { Method = answer.Method.ToUpperInvariant() }, "public", "s-maxage", "must-revalidate"));
    }

    [Fact]
    public void Read_frame()
    {
        Told(Exercises.ReadFrame, null, (stream, maxSize) => Read(stream, length => length < maxSize));
        Told(Exercises.ReadFrame, "checks the length too late", (stream, maxSize) =>
            Read(stream, _ => false) is not { } frame ? null
                : frame.Payload.Length > maxSize ? throw new InvalidDataException() : frame);
        Told(Exercises.ReadFrame, null, (stream, maxSize) => Read(stream, length => length > maxSize, bits: 0xffff));
        Told(Exercises.ReadFrame, "closes the stream", (stream, maxSize) =>
        {
            using var reader = new BinaryReader(stream);
            return Read(reader.BaseStream, length => length > maxSize);
        });
    }

    [Fact]
    public void Stream_bodies()
    {
        Told(Exercises.StreamBodies, "leaves out empty bodies", frames => Bodies(frames)
            .Where(body => frames.Any(frame => frame.Stream == body.Key && frame.Type == Http2FrameType.Data))
            .ToDictionary(body => body.Key, body => body.Value));
        Told(Exercises.StreamBodies, "leaves out empty bodies", frames => Bodies(frames)
            .Where(body => body.Value.Length > 0).ToDictionary(body => body.Key, body => body.Value));
        Told(Exercises.StreamBodies, null, frames => Bodies(frames)
            .ToDictionary(body => body.Key, body => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(body.Value))));
        Told(Exercises.StreamBodies, null, frames => Bodies(frames)
            .Where(body => body.Key % 2 == 1).ToDictionary(body => body.Key, body => body.Value));
        Told(Exercises.StreamBodies, null, frames =>
        {
            var bodies = Bodies(frames);
            frames[^1].Payload.AsSpan().Clear();
            return bodies;
        });
        Told(Exercises.StreamBodies, "compares the flags with one value", frames => Bodies(
            [.. frames.Where(frame => frame.Flags == Http2Frame.EndStream || frame.Type == Http2FrameType.Data)
                .Select(frame => frame.Flags is Http2Frame.EndStream or Http2Frame.Padded ? frame : frame with { Flags = 0 })]));
    }

    [Fact]
    public void Right_answers_in_another_style_are_right()
    {
        Assert.Equal(
            VerdictState.Right,
            Exercises.ReadFrame.Check((stream, maxSize) => Read(stream, length => length > maxSize), 1, Deadline).State);
        Assert.Equal(VerdictState.Right, Exercises.StreamBodies.Check(Bodies, 1, Deadline).State);
        Assert.Equal(
            VerdictState.Right,
            Exercises.MayStore.Check(answer => Stores(answer, "public", "s-maxage", "must-revalidate"), 1, Deadline).State);
    }

    private static int Fresh(StoredResponse kept, bool isShared, DateTimeOffset now, int age)
    {
        var directives = (kept["Cache-Control"] ?? "").Split(',').Select(part => part.Trim().ToLowerInvariant()).ToList();
        if (directives.Contains("no-cache"))
        {
            return 0;
        }

        var stated = (isShared ? Find("s-maxage=") : null) ?? Find("max-age=");
        var lifetime = stated is null
            ? kept.Time("Expires") - kept.Time("Date") is { } span ? (int)span.TotalSeconds : 0
            : Number(stated);
        return Math.Max(0, lifetime - age - (int)(now - kept.Received).TotalSeconds);

        string? Find(string name) => directives
            .Find(directive => directive.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
    }

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string? Key(AskedPage request, string? vary, Func<IEnumerable<string>, string> values)
    {
        string[] names = [.. (vary ?? "").Split(',').Select(name => name.Trim()).Where(name => name.Length > 0)];
        return names.Contains("*") ? null : request.Target + "\n" + values(names);
    }

    private static bool Stores(StorableAnswer answer, params string[] permissions)
    {
        HashSet<string> names =
            [.. (answer.CacheControl ?? "").Split(',').Select(part => part.Split('=')[0].Trim().ToLowerInvariant())];
        return answer is { Method: "GET", Status: 200 } && !names.Contains("no-store")
            && !(answer.IsShared && names.Contains("private"))
            && !(answer.IsShared && answer.HasAuthorization && !names.Overlaps(permissions));
    }

    private static Http2Frame? Read(Stream stream, Func<int, bool> refuses, int bits = 0xffffff)
    {
        var header = new byte[9];
        if (stream.Read(header, 0, 1) == 0)
        {
            return null;
        }

        stream.ReadExactly(header, 1, 8);
        var length = ((header[0] << 16) | (header[1] << 8) | header[2]) & bits;
        if (refuses(length))
        {
            throw new InvalidDataException();
        }

        var payload = new byte[length];
        stream.ReadExactly(payload);
        var number = ((header[5] & 0x7f) << 24) | (header[6] << 16) | (header[7] << 8) | header[8];
        return new Http2Frame((Http2FrameType)header[3], header[4], number, payload);
    }

    private static Dictionary<int, byte[]> Bodies(IReadOnlyList<Http2Frame> frames) => frames
        .Where(frame => frame.Type is Http2FrameType.Data or Http2FrameType.Headers && (frame.Flags & Http2Frame.EndStream) != 0)
        .Select(frame => frame.Stream).Distinct()
        .ToDictionary(stream => stream, stream => frames
            .Where(frame => frame.Stream == stream && frame.Type == Http2FrameType.Data)
            .SelectMany(frame => (frame.Flags & Http2Frame.Padded) != 0 ? frame.Payload[1..^frame.Payload[0]] : frame.Payload)
            .ToArray());
}
