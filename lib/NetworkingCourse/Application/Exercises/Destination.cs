using System.Net;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.5: the addresses to which a proxy must not connect.</summary>
    public static DestinationExercise Destination { get; } = new();
}

/// <summary>
/// The learner decides to which address a proxy connects that serves all names outside, and none that lead inside: a defence
/// against server-side request forgery.
/// </summary>
public sealed class DestinationExercise : CaseExercise<DestinationExercise.Answer, DestinationExercise.Request>
{
    private const int RandomCases = 40;
    private const string Metadata = "169.254.169.254";

    private static readonly Prefix[] Inside =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
            "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8",
        ]).Select(Prefix.Parse),
    ];

    private static readonly string[] OutsideAddresses =
    [
        "93.184.215.14", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.1.1", "100.128.0.1", "126.1.2.3", "128.0.0.1",
        "169.253.1.1", "169.255.0.1", "172.15.9.9", "172.32.0.1", "172.67.1.1", "192.167.1.1", "192.169.0.1", "223.1.2.3",
        "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::5", "::ffff:8.8.4.4",
    ];

    private static readonly string[] InsideAddresses =
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.5", "10.255.1.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.0.1.1", "127.255.0.7",
        Metadata, "169.254.0.9", "172.16.0.1", "172.20.3.4", "172.31.255.1", "192.168.1.7", "224.0.0.251", "239.1.1.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::7", "fd12:3456::1", "fe80::1", "fe90::2", "febf::3", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:" + Metadata, "::ffff:0.0.0.0",
    ];

    internal DestinationExercise()
        : base(new ExerciseText(
            "1-application/5-through-a-proxy.ipynb", "1.5", 2, nameof(Exercises.Destination),
            "Where must a proxy not connect?",
            "A proxy serves every host outside, and must not give access to anything inside. Its client has named a `host`; "
                + "`lookUp(host)` asks the name servers and returns the addresses, possibly none. Return the first address that "
                + "is outside, or null if the proxy must refuse. Inside are: this machine (`0.0.0.0/8`, `127.0.0.0/8`, `::`, "
                + "`::1`), private networks (`10.0.0.0/8`, `100.64.0.0/10`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7`), the "
                + "local link (`169.254.0.0/16`, `fe80::/10`), multicast and reserved addresses (`224.0.0.0/4`, `240.0.0.0/4`, "
                + "`ff00::/8`), and every IPv6 address `::ffff:a.b.c.d` that contains such an IPv4 address.",
            [
                "The name says nothing: `localtest.me` leads to 127.0.0.1. Look at the addresses, and return one of those that "
                    + "you have looked at. Who tells you that a second look-up gives the same ones?",
                "`IPNetwork.Parse(\"172.16.0.0/12\").Contains(address)` tests a prefix. Before you test, replace an address for "
                    + "which `address.IsIPv4MappedToIPv6` is true by `address.MapToIPv4()`. Then "
                    + "`lookUp(host).FirstOrDefault(IsOutside)`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="host">The host that the client has named.</param>
    /// <param name="lookUp">Asks the name servers for the addresses of a host, each time that it is called.</param>
    /// <returns>The address to which the proxy connects; null if it refuses.</returns>
    public delegate IPAddress? Answer(string host, Func<string, IReadOnlyList<IPAddress>> lookUp);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => Connecting(IsOutside);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "looks at the name and not at the address",
            "Your method looks at what the client has written. Anyone can register a name that leads to 127.0.0.1 or to "
                + "192.168.1.7, and there are many spellings of one address. Look the name up, and judge the addresses: it is to "
                + "them that you connect.",
            (host, lookUp) => host == "localhost" || (IPAddress.TryParse(host, out var address) && !IsOutside(address))
                ? null : lookUp(host) is [var first, ..] ? first : null),
        new(
            "looks the name up again after the test",
            "Your method tests the addresses of one look-up and connects to those of another. The owner of the name also "
                + "controls its name server, which can give an outside address for the test and 127.0.0.1 right after it. This "
                + "attack is called DNS rebinding. Look the name up once, and return an address that you have tested.",
            (host, lookUp) => lookUp(host).Any(IsOutside) ? lookUp(host)[0] : null),
        new(
            "tests only the first address",
            "A host can have several addresses, some of them inside: often one for the staff and one for the public. Your method "
                + "refuses as soon as the first one is inside. Return the first that is outside.",
            (host, lookUp) => lookUp(host) is [var first, ..] && IsOutside(first) ? first : null),
        new(
            "takes 127.0.0.1 for the only loopback address",
            "All of `127.0.0.0/8` leads to this machine, 16 million addresses. Your method knows only one of them. "
                + "`127.0.1.1` or `127.1.2.3` lead to the same services.",
            Connecting(address => IsOutside(address) || (Is("127.0.0.0/8", address) && Plain(address) != IPAddress.Loopback))),
        new(
            "forgets most of 172.16.0.0/12",
            "A prefix of 12 bits ends in the middle of the second byte: it covers 172.16.0.0 to 172.31.255.255. Your method "
                + "tests only 172.16. Many container networks are in 172.17 and above.",
            Connecting(address => IsOutside(address) || (Is("172.16.0.0/12", address) && !Is("172.16.0.0/16", address)))),
        new(
            "forgets the addresses of the link",
            "Your method allows `169.254.0.0/16`. In most clouds, `169.254.169.254` is where a virtual machine gets its own "
                + "keys and passwords, without being asked who it is. A proxy that connects there gives them to its clients. "
                + "In 2019, the data of a hundred million customers of a bank were stolen in this way.",
            Connecting(address => IsOutside(address) || Is("169.254.0.0/16", address))),
        new(
            "does not look into `::ffff:a.b.c.d`",
            "`::ffff:127.0.0.1` is an IPv6 address only in its form: the system connects to 127.0.0.1. Your method does not find "
                + "it in a list of IPv4 prefixes, nor in one of IPv6 prefixes. Convert such an address with `MapToIPv4` before "
                + "you test it.",
            Connecting(address => address.IsIPv4MappedToIPv6 || IsOutside(address))),
        new(
            "knows only IPv4",
            "Your method takes every IPv6 address for one outside. `::1` is this machine, `fe80::…` is its link, and `fd…` are "
                + "private networks. Nearly every machine has such addresses, even if IPv6 was never set up.",
            Connecting(address => IsOutside(address) || Plain(address).GetAddressBytes().Length > 4)),
        new(
            "compares the text of an IPv6 prefix",
            "Your method compares the first letters: `fe80` and `fc00`. A prefix of 7 or 10 bits does not end where a digit "
                + "ends: `fc00::/7` contains all addresses with `fc` and `fd`, and `fe80::/10` goes on to `febf`. (Private "
                + "networks are nearly all in `fd`.)",
            Connecting(address => IsOutside(address)
                || (Is("fc00::/7", address) && !Is("fc00::/16", address))
                || (Is("fe80::/10", address) && !Is("fe80::/16", address)))),
        new(
            "forgets 0.0.0.0",
            "Your method allows `0.0.0.0`. As the destination of a connection, Linux and macOS take it for this machine, just as "
                + "127.0.0.1. It is the spelling that is forgotten most often; browsers began to close this gap only in 2024.",
            Connecting(address => IsOutside(address) || Is("0.0.0.0/8", address))),
        new(
            "refuses a host because of one inside address",
            "Your method refuses a host as soon as one of its addresses is inside, although another is outside. The proxy "
                + "connects only to the address that you return: if that one is outside, the client reaches nothing inside. "
                + "Return the first that is outside.",
            (host, lookUp) => lookUp(host) is [var first, ..] all && all.All(IsOutside) ? first : null),
    ];

    private protected override IEnumerable<Request> Cases(Random random)
    {
        yield return new("www.adder.test", ["93.184.215.14"]);
        yield return new("localhost", ["127.0.0.1"]);
        yield return new("127.0.0.1", ["127.0.0.1"]);
        yield return new("harmless.test", ["127.0.0.1"]);
        yield return new("search.test", ["2001:4860:4860::8888"]);
        yield return new("printer.test", ["192.168.1.7"]);
        yield return new("nobody.test", []);
        yield return new("rebinding.test", ["93.184.215.14"], Later: "127.0.0.1");
        yield return new("open.test", ["8.8.8.8", "10.0.0.5"]);
        yield return new("both.test", ["10.0.0.5", "2001:4860:4860::8888"]);
        yield return new("2130706433", ["127.0.0.1"]);
        yield return new("loop.test", ["127.0.1.1"]);
        yield return new("container.test", ["172.17.0.2"]);
        yield return new("cdn.test", ["172.67.1.1"]);
        yield return new("cloud.test", [Metadata]);
        yield return new("zero.test", ["0.0.0.0"]);
        yield return new("mapped.test", ["::ffff:127.0.0.1"]);
        yield return new("six.test", ["::1"]);
        yield return new("own.test", ["fd12:3456::1"]);
        yield return new("link.test", ["febf::3"]);
        string[] each = [.. InsideAddresses, .. OutsideAddresses];
        random.Shuffle(each);
        foreach (var address in each)
        {
            yield return new(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address, [address]);
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomRequest(random);
        }
    }

    private protected override object? Apply(Answer answer, Request arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var lookUps = 0;
        var address = answer(
            arguments.Host,
            _ => [.. (lookUps++ > 0 && arguments.Later is { } later ? [later] : arguments.Addresses).Select(IPAddress.Parse)]);
        if (address is null)
        {
            return new Said("refuses");
        }

        var isLater = arguments.Later is { } other && IPAddress.Parse(other).Equals(address);
        return new Said($"connects to `{Plain(address)}`{(isLater ? ", which only the second look-up returned" : "")}");
    }

    private protected override string Describe(Request arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var addresses = arguments.Addresses.Count == 0 ? "no address"
            : string.Join(" and ", arguments.Addresses.Select(address => $"`{address}`"));
        var later = arguments.Later is { } other ? $" once, and `{other}` each time after that" : "";
        return $"a client asked for `{arguments.Host}`; the look-up returns {addresses}{later}";
    }

    private static Request RandomRequest(Random random)
    {
        var count = random.Next(1, 4);
        var addresses = Enumerable.Range(0, count)
            .Select(_ => random.GetItems(random.Next(3) == 0 ? OutsideAddresses : InsideAddresses, 1)[0]).ToList();
        var later = random.Next(6) == 0 ? random.GetItems(InsideAddresses, 1)[0] : null;
        return new(
            InvariantText.Format($"host-{random.Next(100)}.test"), addresses, addresses.Contains(later ?? "") ? null : later);
    }

    private static Answer Connecting(Func<IPAddress, bool> isOutside) => (host, lookUp) => lookUp(host).FirstOrDefault(isOutside);

    private static bool IsOutside(IPAddress address) => !Inside.Any(prefix => prefix.Contains(AddressOf(address)));

    private static bool Is(string prefix, IPAddress address) => Prefix.Parse(prefix).Contains(AddressOf(address));

    private static Address AddressOf(IPAddress address) => Address.FromBytes(Plain(address).GetAddressBytes());

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>A request of the proxy's client; see <see cref="Answer"/>.</summary>
    /// <param name="Host">The host that the client has named.</param>
    /// <param name="Addresses">The addresses that the first look-up returns.</param>
    /// <param name="Later">The only address that every further look-up returns; null if they return the same ones.</param>
    public sealed record Request(string Host, IReadOnlyList<string> Addresses, string? Later = null);
}
