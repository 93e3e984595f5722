using System.Net;
using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Random zones, read and served by us and by BIND: both give the same answers to the same questions.</summary>
public sealed class BindTests
{
    private const int Zones = 50;

    [NeedsFact(Need.Named)]
    public void Random_questions_about_random_zones_have_the_same_answers() =>
        Gen.Select(ZoneGen.Zones.Array[Zones], Gen.Select(Gen.Int[0, Zones - 1], ZoneGen.Questions).Array[4_000])
            .Sample((zones, questions) => CompareAsync(zones, questions).GetAwaiter().GetResult(), iter: 2, threads: 1);

    private static async Task CompareAsync(Func<string, string>[] files, (int Zone, Func<string, byte[]> About)[] questions)
    {
        var zones = files.Select((file, i) => (Origin: $"z{i}.test", Text: file($"z{i}.test"))).ToList();
        await using var named = await Named.StartAsync(zones);
        var parsed = zones.Select(zone => Zone.Parse(zone.Text)).ToList();
        var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
        await using var server = AuthoritativeServer.Start(parsed, anyPort, TestServers.FreshName("dns"));
        using var theirs = new DnsAsking(named.EndPoint);
        using var ours = new DnsAsking(server.EndPoint);
        var differences = new List<string>();
        foreach (var (zone, about) in questions)
        {
            var query = about(zones[zone].Origin);
            var expected = DnsText.Of(await theirs.OverTcpAsync(query));
            var answer = DnsText.Of(await ours.OverTcpAsync(query));
            if (!AreSame(expected, answer))
            {
                var question = DnsMessage.Parse(query).Questions[0];
                differences.Add($"{question}: BIND says\n{expected}\nand ours\n{answer}\nof\n{zones[zone].Text}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences. {string.Join("\n\n", differences.Take(5))}");
    }

    // Apart from the exceptions in the table, BIND answers SERVFAIL when aliases form a loop, and adds only glue to a referral.
    private static bool AreSame(string expected, string answer)
    {
        var theirs = expected.Replace("SERVFAIL aa", "NOERROR aa", StringComparison.Ordinal).Split('\n').ToHashSet();
        var ours = answer.Split('\n').ToHashSet();
        var more = ours.Where(line => line.StartsWith("authority", StringComparison.Ordinal))
            .Select(line => $"additional {line.Split(' ')[^1]} ").ToList();
        return ours.IsSupersetOf(theirs)
            && ours.Except(theirs).All(line => more.Any(server => line.StartsWith(server, StringComparison.Ordinal)));
    }
}
