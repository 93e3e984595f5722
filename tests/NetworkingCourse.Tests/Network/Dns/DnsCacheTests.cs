using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class DnsCacheTests
{
    private static readonly DnsName Name = DnsName.Parse("www.example.test");
    private static readonly DnsRecord Soa = Zone.Parse(CourseZones.Example).Start with { TimeToLive = 60 };

    private readonly SimulatedClock _clock = new();
    private readonly DnsCache _cache;

    public DnsCacheTests() => _cache = new DnsCache(_clock);

    private static DnsRecord Record(uint timeToLive, string name = "www.example.test") =>
        new(DnsName.Parse(name), DnsType.A, timeToLive, new AddressData(Address.V4(1)));

    [Fact]
    public void A_record_is_known_for_its_time_to_live_which_runs_down_and_not_a_moment_longer()
    {
        _cache.Keep([Record(300)]);

        Assert.Equal(300u, _cache.Find(Name, DnsType.A)!.Records[0].TimeToLive);
        _clock.Advance(TimeSpan.FromSeconds(299.5));
        Assert.Equal(1u, _cache.Find(Name, DnsType.A)!.Records[0].TimeToLive);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(_cache.Find(Name, DnsType.A));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void Records_of_one_name_and_type_go_together_when_the_first_of_them_would()
    {
        _cache.Keep([Record(300), Record(10)]);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(_cache.Find(Name, DnsType.A));
    }

    [Fact]
    public void A_time_to_live_of_0_is_not_remembered_and_one_of_years_for_a_week()
    {
        _cache.Keep([Record(0)]);
        Assert.Null(_cache.Find(Name, DnsType.A));

        _cache.Keep([Record(uint.MaxValue)]);
        _clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.NotNull(_cache.Find(Name, DnsType.A));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_cache.Find(Name, DnsType.A));
    }

    [Fact]
    public void That_a_name_does_not_exist_is_known_of_every_type_and_that_it_lacks_one_of_that_alone()
    {
        _cache.KeepNegative(Name, DnsType.A, ResponseCode.NameError, Soa);
        _cache.KeepNegative(DnsName.Parse("mail.example.test"), DnsType.AAAA, ResponseCode.NoError, Soa);

        Assert.Equal(ResponseCode.NameError, _cache.Find(Name, DnsType.TXT)!.Code);
        Assert.Empty(_cache.Find(DnsName.Parse("mail.example.test"), DnsType.AAAA)!.Records);
        Assert.Null(_cache.Find(DnsName.Parse("mail.example.test"), DnsType.A));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1u, _cache.Find(Name, DnsType.A)!.Soa!.TimeToLive);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_cache.Find(Name, DnsType.A));
    }

    [Fact]
    public void A_newer_answer_ends_what_it_contradicts_even_if_it_is_not_kept_itself()
    {
        _cache.Keep([Record(300)]);
        _cache.KeepNegative(Name, DnsType.TXT, ResponseCode.NameError, Soa);
        Assert.Equal(ResponseCode.NameError, _cache.Find(Name, DnsType.A)!.Code);

        _cache.Keep([Record(300)]);
        Assert.Null(_cache.Find(Name, DnsType.TXT));

        _cache.KeepNegative(Name, DnsType.TXT, ResponseCode.NoError, Soa);
        Assert.Single(_cache.Find(Name, DnsType.A)!.Records);
        Assert.Empty(_cache.Find(Name, DnsType.TXT)!.Records);

        _cache.Keep([Record(0)]);
        Assert.Null(_cache.Find(Name, DnsType.A));
    }

    [Fact]
    public void Without_the_start_of_the_zone_nothing_is_known_not_to_exist()
    {
        _cache.KeepNegative(Name, DnsType.A, ResponseCode.NameError, null);

        Assert.Null(_cache.Find(Name, DnsType.A));
    }

    [Fact]
    public void Of_more_than_there_is_room_for_those_go_that_would_go_first()
    {
        for (var i = 0; i < DnsCache.Capacity; i++)
        {
            _cache.Keep([Record((uint)(100 + i), $"n{i}.test")]);
        }

        _cache.Keep([Record(10_000)]);

        Assert.Equal(DnsCache.Capacity, _cache.Count);
        Assert.Null(_cache.Find(DnsName.Parse("n0.test"), DnsType.A));
        Assert.NotNull(_cache.Find(DnsName.Parse("n1.test"), DnsType.A));
        Assert.NotNull(_cache.Find(Name, DnsType.A));
    }

    [Fact]
    public void What_it_says_is_what_was_last_kept_and_has_not_run_out() =>
        Gen.Select(Gen.Int[0, 3], Gen.UInt[1, 20], Gen.Int[0, 10]).Array[1, 60].Sample(steps =>
        {
            var (clock, model) = (new SimulatedClock(), new Dictionary<int, TimeSpan>());
            var cache = new DnsCache(clock);
            foreach (var (name, timeToLive, wait) in steps)
            {
                cache.Keep([Record(timeToLive, $"n{name}.test")]);
                model[name] = clock.Elapsed + TimeSpan.FromSeconds(timeToLive);
                clock.Advance(TimeSpan.FromSeconds(wait));
                if (Enumerable.Range(0, 4).Any(i =>
                    (cache.Find(DnsName.Parse($"n{i}.test"), DnsType.A) is { } known ? known.Records[0].TimeToLive : 0)
                    != (model.TryGetValue(i, out var end) && end > clock.Elapsed ? (end - clock.Elapsed).TotalSeconds : 0)))
                {
                    return false;
                }
            }

            return true;
        });
}
