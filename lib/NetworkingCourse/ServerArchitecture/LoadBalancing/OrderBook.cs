using System.Globalization;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Where origins enter orders. Several origins can share one, as they would share a database, and it outlives them.
/// </summary>
public sealed class OrderBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _orders = [];
    private int _posted;

    /// <summary>How many orders are in it.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _orders.Count;
            }
        }
    }

    /// <summary>What was ordered, in no particular order.</summary>
    public IReadOnlyList<string> Orders
    {
        get
        {
            lock (_gate)
            {
                return [.. _orders.Values];
            }
        }
    }

    /// <summary>Enters a new order; doing it twice makes two of it. What a <c>POST</c> does.</summary>
    internal void Add(string order)
    {
        lock (_gate)
        {
            _orders["posted " + (++_posted).ToString(CultureInfo.InvariantCulture)] = order;
        }
    }

    /// <summary>Says what the order of this name is; doing it twice changes nothing. What a <c>PUT</c> does.</summary>
    internal void Set(string name, string order)
    {
        lock (_gate)
        {
            _orders[name] = order;
        }
    }
}
