namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Stands in for standard input while a kernel is open: what a cell reads, its reader is asked for, a line at a time. Where nobody can be
/// asked, and for code that is no cell's, the input is at its end.
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

        // What Read left of a line that was asked for before.
        var left = _rest.TrimEnd('\n');
        _rest = "";
        return left;
    }

    public override Task<string?> ReadLineAsync() => Task.FromResult(ReadLine());
}
