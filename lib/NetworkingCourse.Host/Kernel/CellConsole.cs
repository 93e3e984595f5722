using System.Globalization;
using System.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Replaces the console of the process while a kernel is open. The output of a cell's code, on any thread, goes to that cell;
/// all other output goes to the original console.
/// </summary>
internal static class CellConsole
{
    private static readonly Lock Installing = new();
    private static int _users;
    private static TextWriter? _formerOut;
    private static TextWriter? _formerError;
    private static TextReader? _formerIn;
    private static TextWriter? _ownOut;
    private static TextWriter? _ownError;
    private static TextReader? _ownIn;

    public static void Install()
    {
        lock (Installing)
        {
            if (_users++ == 0)
            {
                (_formerOut, _formerError, _formerIn) = (Console.Out, Console.Error, Console.In);
                Console.SetIn(new CellInput());
                Console.SetOut(new Writer(_formerOut, isError: false));
                Console.SetError(new Writer(_formerError, isError: true));
                // The console wraps the readers and writers that it is given, so read the wrappers back.
                (_ownOut, _ownError, _ownIn) = (Console.Out, Console.Error, Console.In);
            }
        }
    }

    /// <summary>Undoes redirections of the console that a cell left in place: they must not affect later cells.</summary>
    public static void Restore()
    {
        lock (Installing)
        {
            if (Console.Out != _ownOut)
            {
                Console.SetOut(_ownOut!);
            }

            if (Console.Error != _ownError)
            {
                Console.SetError(_ownError!);
            }

            if (Console.In != _ownIn)
            {
                Console.SetIn(_ownIn!);
            }
        }
    }

    public static void Uninstall()
    {
        lock (Installing)
        {
            if (--_users == 0)
            {
                Console.SetIn(_formerIn!);
                Console.SetOut(_formerOut!);
                Console.SetError(_formerError!);
            }
        }
    }

    /// <summary>
    /// Formats numbers the same way on every machine, and writes each line in one piece so that those of two threads do not mix.
    /// </summary>
    private sealed class Writer(TextWriter former, bool isError) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                return;
            }

            if (CellContext.Current is { } context)
            {
                context.Publish(new KernelEvent.Stream(context.Cell, isError, value));
            }
            else
            {
                former.Write(value);
            }
        }

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

        public override void WriteLine() => Write("\n");

        public override void WriteLine(string? value) => Write(value + "\n");

        public override void WriteLine(char value) => WriteLine(value.ToString());

        public override void WriteLine(char[] buffer, int index, int count) => WriteLine(new string(buffer, index, count));

        public override void WriteLine(ReadOnlySpan<char> buffer) => WriteLine(buffer.ToString());

        // The base class writes a number and its line ending in two pieces.
        public override void WriteLine(bool value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(int value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(uint value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(long value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(ulong value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(float value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(double value) => WriteLine(value.ToString(FormatProvider));

        public override void WriteLine(decimal value) => WriteLine(value.ToString(FormatProvider));

        public override void Flush()
        {
            if (CellContext.Current is null)
            {
                former.Flush();
            }
        }
    }
}
