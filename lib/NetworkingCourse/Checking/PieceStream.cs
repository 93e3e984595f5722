using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>
/// The stream of a connection without a network: a script decides what arrives, and in which pieces. It counts the reads, and
/// ends those that would last for ever.
/// </summary>
/// <param name="pieces">What arrives, one character for each byte. A read returns bytes of one piece only.</param>
/// <param name="ends">Whether the other end closes after the last piece. Otherwise it waits.</param>
/// <param name="floods">Whether more bytes follow the pieces for ever.</param>
internal sealed class PieceStream(IEnumerable<string> pieces, bool ends, bool floods = false) : ScriptedStream
{
    private const int MaxFloodBytes = 20_000;
    private const int FloodPiece = 500;

    private readonly Queue<byte[]> _pieces = new(pieces.Select(Encoding.Latin1.GetBytes));
    private ReadOnlyMemory<byte> _piece;
    private int _piecesRead;
    private bool _isClosed;

    /// <summary>What the next reader finds, one character for each byte.</summary>
    public string Left => Encoding.Latin1.GetString([.. _piece.Span, .. _pieces.SelectMany(piece => piece)]);

    /// <summary>The bytes that were read.</summary>
    public List<byte> Received { get; } = [];

    public int Reads { get; private set; }

    /// <summary>Whether there were far more reads than pieces.</summary>
    public bool IsReadTooOften => Reads > (3 * _piecesRead) + 3;

    /// <summary>Whether a read has returned 0, because the other end has closed.</summary>
    public bool EndWasSeen { get; private set; }

    public override bool CanWrite => false;

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Reads++;
        if (_piece.IsEmpty && !TryTakePiece())
        {
            EndWasSeen = ends;
            return ends
                ? InVain("still reading, 100 reads after the end")
                : throw Stop("waiting for ever: the other end sends no more");
        }

        if (buffer.IsEmpty)
        {
            return InVain("still reading into a buffer of no bytes, after 100 reads");
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        Received.AddRange(_piece.Span[..count]);
        _piece = _piece[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        base.Dispose(disposing);
    }

    private bool TryTakePiece()
    {
        if (floods && Received.Count > MaxFloodBytes)
        {
            throw Stop(InvariantText.Format($"still reading after {MaxFloodBytes:N0} bytes"));
        }

        _piece = _pieces.TryDequeue(out var piece) ? piece
            : floods ? Encoding.Latin1.GetBytes(new string('a', FloodPiece))
            : default;
        _piecesRead += _piece.IsEmpty ? 0 : 1;
        return !_piece.IsEmpty;
    }
}
