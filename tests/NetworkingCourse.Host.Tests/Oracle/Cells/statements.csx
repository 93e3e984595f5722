//// if and else
var n = 5;
if (n > 3) Console.WriteLine("big"); else Console.WriteLine("small");
//// a for loop
for (var i = 0; i < 3; i++) Console.Write(i);
//// a foreach with an index
foreach (var (i, c) in "abc".Index()) Console.Write($"{i}{c} ");
//// while, break and continue
var k = 0;
while (true) { if (++k > 5) break; if (k % 2 == 0) continue; Console.Write(k); }
//// do
do { n--; } while (n > 0);
n
//// goto
again: n++; if (n < 3) goto again;
n
//// switch
switch (n) { case 1: Console.Write("one"); break; case 3 when n > 0: Console.Write("three"); goto default; default: Console.Write("!"); break; }
//// a switch expression
var kind = n switch { < 0 => "negative", 0 => "zero", > 0 and < 10 => "small", _ => "big" };
kind
//// list patterns
new[] { 1, 2, 3 } is [1, .., var end] ? end : -1
//// property patterns
new { A = new { B = 2 } } is { A.B: > 1 }
//// type patterns
object o = "text";
o switch { int i => $"int {i}", string { Length: 4 } s => $"text {s}", null => "null", _ => "?" }
//// try and finally
try { Console.Write("a"); } finally { Console.Write("b"); }
//// try, catch and a filter
try { throw new ArgumentException("bad"); } catch (ArgumentException e) when (e.Message == "bad") { Console.Write("caught"); }
//// catch and throw again
try { try { throw new InvalidOperationException("inner"); } catch { Console.Write("seen "); throw; } } catch (Exception e) { Console.Write(e.GetType().Name); }
//// finally runs before the cell fails
try { throw new TimeoutException("late"); } finally { Console.WriteLine("cleaned"); }
//// using
class Res(string name) : IDisposable { public void Dispose() => Console.WriteLine($"closed {name}"); }
using (var one = new Res("one")) using (new Res("two")) { Console.WriteLine("open"); }
//// using declarations in a method
void Use() { using var r = new Res("three"); Console.WriteLine("used"); }
Use();
//// await using
class ARes : IAsyncDisposable { public async ValueTask DisposeAsync() { await Task.Yield(); Console.WriteLine("closed later"); } }
await using (new ARes()) { Console.WriteLine("open"); }
//// an exception in a using
using (new Res("four")) { throw new FormatException("f"); }
//// lock
lock (o) { Console.Write("locked"); }
//// checked
checked { try { var max = int.MaxValue; max++; } catch (OverflowException) { Console.Write("overflow"); } }
//// unchecked by default
var big = int.MaxValue;
big + 1
//// yield
IEnumerable<int> Odd() { for (var i = 1; ; i += 2) { if (i > 7) yield break; yield return i; } }
Odd().Sum()
//// an iterator's finally
IEnumerable<int> Closing() { try { yield return 1; yield return 2; } finally { Console.WriteLine("closed"); } }
Closing().First()
//// return a value
return 5;
//// return what is awaited
return await Task.FromResult("awaited");
//// return in a loop
for (var i = 0; ; i++) if (i == 3) return i;
//// return that is not reached
if (n > 100) return 1;
//// return nothing
if (n < 100) return;
//// return in an else
if (n > 100) Console.Write("no"); else return "else";
//// return null
return null;
//// a trailing expression after a block
{ Console.Write("block"); }
7
//// a trailing void call
Console.WriteLine("void")
//// a trailing assignment
n = 12
//// a trailing lambda call
((Func<int>)(() => 9))()
//// a trailing await without a result
await Task.CompletedTask
//// a trailing delegate
(Func<int>)(() => 3)
//// an expression with a semicolon
n.ToString();
//// an expression with a semicolon that is no statement
n + 1;
//// a declaration after the trailing expression
1 + 1
int Later() => 3;
//// nothing
//// a remark
// nothing to do
//// only usings
using System.IO;
//// the using carries over
Path.GetFileName("/a/b.txt")
//// an alias
using Numbers = System.Collections.Generic.List<int>;
new Numbers { 1, 2 }.Count
//// the alias in a later cell
new Numbers { 1 }.Count
//// using static
using static System.Math;
Max(1, 2)
//// a conditional directive
#define FAST
#if FAST
"fast"
#else
"slow"
#endif
//// a region
#region r
1
#endregion
//// unsafe code
unsafe { int v = 1; int* p = &v; *p = 2; Console.Write(v); }
//// stackalloc in a method
int SumOf() { Span<int> s = stackalloc int[] { 1, 2, 3 }; var sum = 0; foreach (var v in s) sum += v; return sum; }
SumOf()
//// ranges and indices
"abcdef"[1..^1] + "abcdef"[^1]
//// nullable values
int? maybe = null;
(maybe ?? 3) + (maybe?.ToString().Length ?? 0)
//// null-coalescing assignment
string name = null;
name ??= "set";
name
//// null-conditional assignment
var list = new List<int> { 1 };
list?.Capacity = 64;
list.Capacity
//// raw strings
"""
  one "quoted"
two
"""
//// interpolation with formats
FormattableString.Invariant($"{1.5:F2}|{255:X}|{"r",4}|{{}}")
//// UTF-8 literals
"né"u8.Length
//// collection expressions
int[] numbers = [1, .. new[] { 2, 3 }, 4];
numbers.Length
//// tuples compared
(1, "a") == (1, "a")
//// a tuple's names
(int Count, string Name) t = (1, "n");
t.Name + t.Count
//// nameof and typeof
nameof(System.Collections.Generic.List<int>) + typeof(int).Name
//// caller information
string Where([System.Runtime.CompilerServices.CallerArgumentExpression("x")] string text = "", int x = 0) => text;
static string Text(object x, [System.Runtime.CompilerServices.CallerArgumentExpression("x")] string text = "") => text;
Text(new[] { 1 }.Select(i => i + 1))
