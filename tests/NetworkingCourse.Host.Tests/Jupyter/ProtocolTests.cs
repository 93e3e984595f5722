using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NetworkingCourse.Host.Jupyter.Language;
using NetworkingCourse.Host.Jupyter.Protocol;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Jupyter;

public sealed class ProtocolTests
{
    /// <summary>RFC 4231, test case 2.</summary>
    [Fact]
    public void Signatures_are_those_of_the_RFC()
    {
        var signature = new Signature(Signature.Sha256, "Jefe");
        Assert.Equal(
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            Encoding.ASCII.GetString(signature.Of("what do ya "u8, "want "u8, "for "u8, "nothing?"u8)));
    }

    [Fact]
    public void What_is_written_is_read_and_not_with_a_single_bit_changed() =>
        Gen.Select(Gen.String, Gen.String[1, 20], Gen.Int[0, 1_000_000]).Sample((text, key, place) =>
        {
            var format = new WireFormat(new Signature(Signature.Sha256, key));
            var written = format.Write([[1, 2], [3]], "some_type", Request.None, new JsonObject { ["text"] = text });
            var (read, fault) = format.Read(written);
            Assert.Null(fault);
            Assert.Equal("some_type", read!.Type);
            // Half a character is not text that JSON could carry.
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), read.Text("text"));
            Assert.Equal([[1, 2], [3]], read.Identities);

            var changed = written.Select(frame => frame.ToArray()).ToList();
            var signed = changed.Skip(3).Where(frame => frame.Length > 0).ToList();
            var frame = signed[place % signed.Count];
            frame[place % frame.Length] ^= 1;
            Assert.NotNull(format.Read(changed).Fault);
        });

    /// <summary>
    /// Whoever knows the key can still send anything: what is accepted can be asked for everything, and the rest is refused.
    /// </summary>
    [Fact]
    public void What_is_taken_can_be_read_to_its_end()
    {
        var contents = Gen.OneOfConst(
            "\"a\"",
            "\"\\ud800\"",
            "\"\u00ff\"",
            "7",
            "1e999",
            "null",
            "[]",
            "{\"a\":1,\"a\":2}",
            "{\"\\ud800\":1}",
            "{\"code\":{}}",
            "tru");
        Gen.Select(contents.Array[0, 4], Gen.Bool).Sample((values, inLatin) =>
        {
            var format = new WireFormat(new Signature(Signature.Sha256, ""));
            var json = $"{{{string.Join(',', values.Select((value, i) => $"\"{(i == 3 ? "code0" : $"code{i}")}\":{value}"))}}}";
            var content = (inLatin ? Encoding.Latin1 : Encoding.UTF8).GetBytes(json);
            var (read, fault) = format.Read(
            [
                "<IDS|MSG>"u8.ToArray(),
                [],
                "{\"msg_type\":\"any\"}"u8.ToArray(),
                "{}"u8.ToArray(),
                "{}"u8.ToArray(),
                content,
            ]);
            Assert.NotEqual(read is null, fault is null);
            foreach (var name in new[] { "code0", "code1", "code2" })
            {
                _ = (read?.Text(name), read?.Flag(name), read?.Number(name, 0), read?.Content.ToJsonString());
            }
        });
    }

    [Fact]
    public void Places_in_code_points_and_in_units_are_each_others_inverse() =>
        Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['ā', 'ž']), 0, 20]
            .Select(Gen.Int[0, 20], Gen.Int[0, 40]).Sample((letters, foxes, place) =>
            {
                var text = string.Concat(letters.Select((letter, i) => i % 3 == foxes % 3 ? "🦊" : letter.ToString()));
                var codePoints = text.EnumerateRunes().Count();
                var wanted = Math.Min(place, codePoints);
                var units = CodePoints.ToUnits(text, place);
                Assert.Equal(wanted, CodePoints.FromUnits(text, units));
                Assert.Equal(wanted, text[..units].EnumerateRunes().Count());
            });

    [Theory]
    [InlineData("while (true) ;")]
    [InlineData("for (var i = 0; i < 3; i++)\n    if (i > 1)\n        foreach (var c in \"ab\") Console.Write(c);")]
    [InlineData("do x++; while (x < 3);")]
    [InlineData("int F(int n)\n{\n    return n == 0 ? 1 : n * F(n - 1);\n}\nF(3)")]
    [InlineData("var a = new[] { 1, 2 }; Array.ForEach(a, x => { Console.WriteLine(x); });")]
    [InlineData(
        "await foreach (var x in Ever()) { if (x > 3) break; }\n"
        + "async IAsyncEnumerable<int> Ever() { for (var i = 0; ; i++) { await Task.Yield(); yield return i; } }")]
    [InlineData("unsafe { int n = 1; int* p = &n; *p = 2; }")]
    [InlineData("again:\nif (x++ < 3) goto again;")]
    [InlineData("switch (x) { case 1: again: goto again; case 2: x++; break; default: { break; } }")]
    [InlineData("try { x++; } finally { while (true) x--; }")]
    public void Where_a_cell_can_be_stopped_is_written_into_it_without_a_line_more(string code)
    {
        var written = StopPoints.AddTo(code, default);
        Assert.Contains("StopPoint.Pass();", written, StringComparison.Ordinal);
        Assert.Equal(code.Count(letter => letter == '\n'), written.Count(letter => letter == '\n'));
        var parsed = Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(
            written, new(kind: Microsoft.CodeAnalysis.SourceCodeKind.Script));
        Assert.DoesNotContain(
            parsed.GetDiagnostics(), found => found.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
    }

    [Fact]
    public void What_tidies_up_is_done_also_in_a_cell_that_is_stopped_but_not_for_ever()
    {
        Assert.DoesNotContain(
            "Pass();Close",
            Stoppable("try { Work(); } finally { if (open) { Close(); } Close(); }"),
            StringComparison.Ordinal);
        Assert.Contains("Pass();Close", Stoppable("try { } finally { while (open) { Close(); } }"), StringComparison.Ordinal);
        Assert.Contains("Pass();Close", Stoppable("try { } finally { Each(() => { Close(); }); }"), StringComparison.Ordinal);

        static string Stoppable(string code) => StopPoints.AddTo(code, default);
    }
}
