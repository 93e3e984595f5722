using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Two origins with a common order book and a balancer in front of them, each under a name of its own.</summary>
internal sealed class Shop : IAsyncDisposable
{
    /// <summary>A limit for waits that end long before it unless something is broken.</summary>
    public static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    public Shop(LoadBalancerOptions? options = null, int thinkA = 5, int thinkB = 5)
    {
        A = Origin.Start(TestServers.FreshName("A"), TimeSpan.FromMilliseconds(thinkA), Orders);
        B = Origin.Start(TestServers.FreshName("B"), TimeSpan.FromMilliseconds(thinkB), Orders);
        Balancer = LoadBalancer.Start(
            [A, B],
            (options ?? new LoadBalancerOptions()) with { Name = TestServers.FreshName("balancer") });
    }

    public OrderBook Orders { get; } = new();

    public Origin A { get; }

    public Origin B { get; }

    public LoadBalancer Balancer { get; }

    public async ValueTask DisposeAsync()
    {
        await Balancer.StopAsync(TimeSpan.Zero);
        await A.StopAsync(TimeSpan.Zero);
        await B.StopAsync(TimeSpan.Zero);
    }
}
