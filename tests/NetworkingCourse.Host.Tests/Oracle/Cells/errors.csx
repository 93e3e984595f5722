//// a name that does not exist
var a = 1;
var b = a + missing;
//// the cell before left nothing
b
//// a type that does not exist
NoSuchType t = null;
//// a missing member
"text".NoSuch();
//// a wrong argument
int.Parse(5, 6, 7, 8);
//// a missing semicolon
var c = 1
var d = 2;
//// a missing brace
if (true) {
Console.WriteLine(1);
//// an unexpected character
var 😀 = 1;
//// an unfinished string
var s = "abc;
//// several errors
int e = "text";
string f = 5;
undefined();
//// grammar and meaning
int g = missing
missing2();
//// an ambiguous call
void M(int? n) { } void M(string s) { }
M(null, 1);
//// an unassigned variable
{ int u; Console.Write(u); }
//// not all paths return
int N(bool x) { if (x) return 1; }
//// an unknown using
using No.Such.Namespace;
//// await in a lock
lock (new object()) { await Task.Yield(); }
//// a value type that is null
int z = null;
//// a namespace
namespace Inside { class C { } }
//// a top-level using declaration
using var m = new System.IO.MemoryStream();
//// an error directive
#error told so
//// a warning directive
#warning mind this
Console.Write("ran");
//// a nullable warning
#nullable enable
string nothing = null;
//// a call that is not awaited
async Task WaitAsync() { await Task.Yield(); }
async Task CallAsync() { WaitAsync(); await Task.Yield(); }
//// unreachable code
int Early() { return 1; Console.Write(2); }
//// an unused variable
void Unused() { int never; }
//// an obsolete member
[Obsolete("use another")] int Old() => 1;
Old()
//// a comparison that is always true
int always = 1;
always == always
//// warnings and an error
#nullable enable
string none = null;
undefined2();
//// the compiler's warning as an error
#pragma warning error CS0168
void Strict() { int never; }
//// a warning that is switched off
#pragma warning disable CS0168
void Lax() { int never; }
//// an exception
throw new InvalidOperationException("no");
//// an exception of its own type
class MyException(string message, int code) : Exception(message) { public int Code => code; }
throw new MyException("mine", 7);
//// an exception with a cause
try { int.Parse("x"); } catch (Exception cause) { throw new ApplicationException("wrapped", cause); }
//// an aggregate
throw new AggregateException("several", new ArgumentException("one"), new TimeoutException("two"));
//// division by zero
var zero = 0;
1 / zero
//// a null reference
string nil = null;
nil.Length
//// out of range
new[] { 1 }[3]
//// a missing key
new Dictionary<string, int>()["k"]
//// a bad cast
(string)(object)1
//// an overflow
checked(int.MaxValue + zero + 1)
//// a format
int.Parse("four")
//// an argument
ArgumentOutOfRangeException.ThrowIfNegative(-1);
//// a type initialiser
class Broken { public static int X = int.Parse("x"); }
Broken.X
//// an exception in a constructor
class Bad { public Bad() => throw new NotSupportedException("built"); }
new Bad()
//// an exception in a static local function
static int Deep(int n) => n == 0 ? throw new InvalidOperationException("deep") : Deep(n - 1);
Deep(3)
//// thrown after output
Console.WriteLine("before");
throw new NotImplementedException();
//// what was assigned before an exception stays
var kept = 1;
kept = 2;
throw new Exception("after");
//// and is there
kept
//// an exception with an empty message
throw new Exception("");
//// an exception with markup
throw new Exception("<b>bold</b>\nsecond line");
//// an exception of a task
await Task.Run(() => { throw new ArithmeticException("task"); });
//// an exception as a value
new InvalidOperationException("shown")
//// an exception displayed
display(new ArgumentException("shown too").Message);
//// operation cancelled by the cell itself
throw new OperationCanceledException("mine");
//// exit code of a missing file
System.IO.File.ReadAllText("/no/such/file")
//// a directive without quotes
#r nosuch
//// a library that is not there
#r "nosuch.dll"
//// a file that is not there
#load "nosuch.csx"
