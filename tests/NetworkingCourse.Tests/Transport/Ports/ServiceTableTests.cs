using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Ports;

public sealed class ServiceTableTests
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char.AlphaNumeric, 1, 8];

    [Fact]
    public void Domain_is_at_53_whatever_table_there_is()
    {
        Assert.Equal(53, ServiceTable.Load().Port("domain"));
        var own = ServiceTable.Load("/nowhere/services");
        Assert.Equal((53, 53, 443), (own.Port("domain", "udp"), own.Port("domain", "tcp"), own.Port("https")));
        Assert.Equal(80, own.Port("www"));
        Assert.Contains("no file", own.Source);
        Assert.Equal(own.Services.Count, own.Services.Distinct().Count());
    }

    [NeedsFact(Need.ServicesFile)]
    public void The_librarys_own_table_says_what_the_systems_says()
    {
        var (own, system) = (ServiceTable.Load("/nowhere/services"), ServiceTable.Load("/etc/services"));
        var common = own.Services.Where(service =>
            system.Services.Any(other => other.Name == service.Name && other.Protocol == service.Protocol));
        foreach (var service in common)
        {
            Assert.Equal(system.Port(service.Name, service.Protocol), service.Port);
        }
    }

    [Fact]
    public void What_was_written_is_read_whatever_the_spaces_and_remarks() =>
        Gen.Select(Word, Gen.Int[0, 65_535], Gen.OneOfConst("tcp", "udp", "sctp"), Word.Array[0, 3])
            .Array[0, 20].Sample(entries =>
            {
                var lines = entries.Select(e =>
                    $"{e.Item1}\t  {e.Item2}/{e.Item3} {string.Join("  ", e.Item4)}\t# {e.Item2}/remark");
                var text = "# a table\n\n" + string.Join('\n', lines);
                var read = ServiceTable.Parse(text, "a test").Services;
                Assert.Equal(
                    entries.Select(e => (e.Item1, e.Item2, e.Item3, string.Join(' ', e.Item4))),
                    read.Select(s => (s.Name, s.Port, s.Protocol, string.Join(' ', s.Aliases))));
            });

    [Fact]
    public void Garbage_is_passed_over() => Gen.String.Sample(text =>
    {
        var table = ServiceTable.Parse(text + "\nssh 22/tcp\r\nfoo 99999/tcp\nbar x/tcp\nbaz 5\nqux 7/", "a test");
        Assert.Equal(22, table.Port("ssh"));
        Assert.Throws<ArgumentException>(() => table.Port("ssh", "udp"));
        Assert.DoesNotContain(table.Services, service => service.Name is "foo" or "bar" or "baz" or "qux");
    });
}
