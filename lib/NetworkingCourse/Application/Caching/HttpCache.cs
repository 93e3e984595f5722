namespace NetworkingCourse.Application;

/// <summary>
/// The memory of a cache: answers by address and by the request fields on which they depend. If it is full, it forgets the answer
/// that has not been used for the longest time (least recently used, LRU). It is thread-safe.
/// </summary>
/// <param name="room">How many answers it can keep.</param>
/// <param name="parts">Makes the keys; by default, the course's.</param>
public sealed class HttpCache(int room, CacheParts? parts = null)
{
    private readonly Lock _gate = new();
    private readonly CacheParts _parts = parts ?? new CacheParts();
    private readonly Dictionary<string, (string Vary, int Answers)> _addresses = []; // with the Vary of the latest answer
    private readonly Dictionary<string, LinkedListNode<(string Key, CacheEntry Answer)>> _answers = [];
    private readonly LinkedList<(string Key, CacheEntry Answer)> _recent = new(); // the latest used comes first

    /// <summary>The number of answers that it keeps.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _answers.Count;
            }
        }
    }

    /// <summary>Finds the answer to a request, fresh or stale.</summary>
    public CacheEntry? Find(HttpMessage request)
    {
        lock (_gate)
        {
            if (!_addresses.TryGetValue(Address(request), out var known)
                || !_answers.TryGetValue(Key(request, known.Vary), out var found))
            {
                return null;
            }

            _recent.Remove(found);
            _recent.AddFirst(found);
            return found.Value.Answer;
        }
    }

    /// <summary>Keeps the answer to a request, in place of an older one.</summary>
    public void Keep(HttpMessage request, CacheEntry answer)
    {
        lock (_gate)
        {
            var vary = answer.Response["Vary"] ?? "";
            var key = Key(request, vary);
            Remove(key);
            _addresses[Address(request)] = (vary, _addresses.GetValueOrDefault(Address(request)).Answers + 1);
            _answers[key] = _recent.AddFirst((key, answer));
            if (_answers.Count > room)
            {
                Remove(_recent.Last!.Value.Key);
            }
        }
    }

    /// <summary>Forgets the answers of an address, because something has been done to it (RFC 9111, section 4.4).</summary>
    public void Forget(HttpMessage request)
    {
        lock (_gate)
        {
            _answers.Keys.Where(key => AddressOf(key) == Address(request)).ToList().ForEach(Remove);
        }
    }

    private void Remove(string key)
    {
        if (!_answers.Remove(key, out var node))
        {
            return;
        }

        _recent.Remove(node);
        var (vary, answers) = _addresses[AddressOf(key)];
        if (answers == 1)
        {
            _addresses.Remove(AddressOf(key));
        }
        else
        {
            _addresses[AddressOf(key)] = (vary, answers - 1);
        }
    }

    private static string Address(HttpMessage request) => $"{request["Host"]} {request.Target}";

    private static string AddressOf(string key) => key.Split('\n')[0];

    private string Key(HttpMessage request, string vary) => $"{Address(request)}\n{_parts.Key(request, vary)}";
}
