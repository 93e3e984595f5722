using System.Globalization;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The store in which origins record orders. Several origins can share one, as they would share a database, and it outlives them.
/// </summary>
public sealed class OrderBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _orders = [];
    private int _posted;

    /// <summary>The number of orders.</summary>
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

    /// <summary>The text of all orders, in no particular sequence.</summary>
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

    /// <summary>Adds a new order, as a <c>POST</c> does. Doing it twice adds two orders.</summary>
    internal void Add(string order)
    {
        lock (_gate)
        {
            _orders["posted " + (++_posted).ToString(CultureInfo.InvariantCulture)] = order;
        }
    }

    /// <summary>Sets the order with the given name, as a <c>PUT</c> does. Doing it twice changes nothing.</summary>
    internal void Set(string name, string order)
    {
        lock (_gate)
        {
            _orders[name] = order;
        }
    }
}
