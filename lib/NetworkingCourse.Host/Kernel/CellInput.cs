namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Replaces standard input while a kernel is open: when a cell reads, the user is asked for a line at a time. If no user can be
/// asked, and for code outside cells, the input is at its end.
/// </summary>
internal sealed class CellInput : TextReader
{
    private string _rest = "";

    public override int Peek() => _rest.Length > 0 ? _rest[0] : -1;

    public override int Read()
    {
        if (_rest.Length == 0 && CellContext.Current?.ReadLine() is { } line)
        {
            _rest = line + "\n";
        }

        if (_rest.Length == 0)
        {
            return -1;
        }

        var first = _rest[0];
        _rest = _rest[1..];
        return first;
    }

    public override string? ReadLine()
    {
        if (_rest.Length == 0)
        {
            return CellContext.Current?.ReadLine();
        }

        // The rest of a line that Read has requested before.
        var left = _rest.TrimEnd('\n');
        _rest = "";
        return left;
    }

    public override Task<string?> ReadLineAsync() => Task.FromResult(ReadLine());
}
