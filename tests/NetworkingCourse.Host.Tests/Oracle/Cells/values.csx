//// an int
42
//// a long
9_000_000_000
//// a double
1.5
//// a round double
2.0
//// not a number
double.NaN
//// infinity
double.PositiveInfinity
//// a float
0.1f
//// a big double
1e300
//// a bool
true
//// a char
'c'
//// a string
"text"
//// an empty string
""
//// a string with markup
"<b>&amp;</b> \"quoted\""
//// a string of lines
"one\ntwo\r\nthree\ttab"
//// null
null
//// a null string
(string)null
//// an object
new object()
//// a guid
Guid.Empty
//// a date
new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc)
//// a date without a time
new DateOnly(2026, 2, 3)
//// a date with an offset
new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2))
//// a time span
TimeSpan.FromSeconds(90.5)
//// a uri
new Uri("http://music.test/a?b=c").ToString()
//// a version
new Version(1, 2, 3)
//// an enum
DayOfWeek.Monday
//// a type
typeof(List<int>)
//// a generic type
typeof(Dictionary<,>)
//// a byte
(byte)255
//// a nullable with a value
(int?)3
//// a nullable without
(int?)null
//// a tuple
(1, "two")
//// a nested tuple
(1, (2, 3))
//// a tuple of objects
(new { A = 1 }, "x")
//// a reference tuple
Tuple.Create(1, "two")
//// an anonymous type
new { Name = "<a>", Port = 80 }
//// a nested anonymous type
new { Outer = new { Inner = 1 }, List = new[] { 1, 2 } }
//// a record
record R(string Name, int Age, double? Height = null);
new R("Ada", 36)
//// a record in a record
record Owner(R One, List<R> Many);
new Owner(new R("a", 1), [new R("b", 2)])
//// a class with properties
class P { public int A { get; set; } = 1; public string B => "b"; private int C => 3; public static int D => 4; internal int E => 5; public int this[int i] => i; }
new P()
//// a class with fields
class F { public int X = 1; public string Y; }
new F()
//// a class with ToString
class S { public override string ToString() => "<S>"; }
new S()
//// a class with ToString and properties
class SP { public int A => 1; public override string ToString() => "an SP"; }
new SP()
//// a class with nothing
class N { }
new N()
//// a getter that throws
class T { public int Good => 1; public int Bad => throw new InvalidOperationException("bad getter"); }
new T().Good
//// a counting getter
class Counter { int n; public int Count => ++n; }
var counter = new Counter();
counter
//// how often it was read
counter.Count
//// a struct
struct St { public int A; public int B { get; set; } }
new St { A = 1, B = 2 }
//// a cycle
class Node { public string Name; public Node Next; }
var node = new Node { Name = "n" };
node.Next = node;
node
//// deep nesting
class Deep { public int Level; public Deep Inner; }
Deep Nest(int n) => n == 0 ? null : new Deep { Level = n, Inner = Nest(n - 1) };
Nest(9)
//// an array
new[] { 1, 2, 3 }
//// an empty array
new int[0]
//// a long array
Enumerable.Range(1, 50).ToArray()
//// an array of strings
new[] { "a", "<b>", null }
//// a two-dimensional array
new int[,] { { 1, 2 }, { 3, 4 } }
//// a jagged array
new[] { new[] { 1 }, new[] { 2, 3 } }
//// a list
new List<int> { 1, 2 }
//// a list of records
new List<R> { new("a", 1), new("b", 2) }
//// a list of anonymous types
new[] { new { A = 1, B = "x" }, new { A = 2, B = "y" } }
//// a list of mixed types
new object[] { 1, "a", null, 2.5, new { A = 1 } }
//// a list of lists
new List<List<string>> { new() { "a" }, new() }
//// a dictionary
new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }
//// a dictionary of records
new Dictionary<int, R> { [1] = new("a", 1) }
//// an empty dictionary
new Dictionary<string, int>()
//// a sorted dictionary
new SortedDictionary<string, double> { ["z"] = 1.5, ["a"] = 2 }
//// a hash set
new HashSet<int> { 1, 2 }
//// a queue
new Queue<string>(new[] { "a", "b" })
//// a stack
new Stack<int>(new[] { 1, 2 })
//// a linked list
new LinkedList<int>(new[] { 1, 2 })
//// an array list
new ArrayList { 1, "a" }
//// a hashtable
new Hashtable { ["k"] = "v" }
//// bytes
new byte[] { 1, 2, 255 }
//// memory
new byte[] { 1, 2, 3 }.AsMemory(1)
//// memory of characters
"abc".AsMemory()
//// a string builder
new StringBuilder("built").ToString()
//// a key and a value
KeyValuePair.Create("k", 1)
//// an enumerable with properties
class Bag : IEnumerable<int> { public string Name => "bag"; public IEnumerator<int> GetEnumerator() { yield return 1; yield return 2; } IEnumerator IEnumerable.GetEnumerator() => GetEnumerator(); }
new Bag()
//// a grouping
new[] { "a", "bb", "cc" }.GroupBy(s => s.Length)
//// an ordered sequence
new[] { 2, 1 }.OrderBy(n => n)
//// an expando
dynamic ex = new System.Dynamic.ExpandoObject();
ex.A = 1;
ex.B = "b";
(object)ex
//// a big integer
System.Numerics.BigInteger.Pow(2, 100).ToString()
//// a complex number
new System.Numerics.Complex(1, 2)
//// a decimal
1.50m
//// a JSON document
System.Text.Json.JsonDocument.Parse("{\"a\":[1,\"x\",null,true]}")
//// a JSON element
System.Text.Json.JsonDocument.Parse("[1,2]").RootElement
//// a regular expression's match
System.Text.RegularExpressions.Regex.Match("abc", "b").Value
//// a long string
new string('x', 2000)
//// a wide object
new { A = 1, B = 2, C = 3, D = 4, E = 5, F = 6, G = 7, H = 8, I = 9, J = 10, K = 11 }
//// a range
1..^1
//// an index
^1
//// a culture's number
1234567.891
//// an interface's value
IEnumerable<int> seq = new List<int> { 1 };
seq
//// an action
((Action)(() => { })).GetType().Name
