//// display
display(1);
//// several
display(1); display("two"); display(3.0);
//// display and a value
display("first");
"last"
//// Display as a method
42.Display();
//// Display of a string
"text".Display();
//// Display of an object
object boxed = 5;
boxed.Display();
//// Display of null
((string)null).Display();
//// display of null
display(null);
//// display as text
display(new { A = 1, B = new[] { 1, 2 } }, "text/plain");
//// display as HTML
display("<i>raw</i>", "text/html");
//// display as both
display(42, "text/html", "text/plain");
//// display as JSON
display(new { A = 1, B = "x" }, "application/json");
//// display as CSV
display(new[] { new { A = 1, B = "x" } }, "text/csv");
//// display as something unknown
display(1, "application/no-such");
//// Display as text
new[] { 1, 2, 3 }.Display("text/plain");
//// DisplayAs Markdown
"# title\n\n*text*".DisplayAs("text/markdown");
//// DisplayAs SVG
"<svg xmlns='http://www.w3.org/2000/svg'><circle r='5'/></svg>".DisplayAs("image/svg+xml");
//// DisplayAs PNG
Convert.ToBase64String(new byte[] { 137, 80, 78, 71 }).DisplayAs("image/png");
//// DisplayAs HTML
"<b>bold</b>".DisplayAs("text/html");
//// DisplayTable
new[] { new { A = 1, B = "x" }, new { A = 2, B = "y" } }.DisplayTable();
//// HTML
HTML("<p>one</p><script>1</script>")
//// HTML displayed
display(HTML("<p>two</p>"));
//// HTML in a list
new object[] { HTML("<b>x</b>"), 1 }
//// a value that is a display
display(1)
//// a Display as the last expression
"shown".Display()
//// update
var shown = display("before");
shown.Update("after");
//// update in a later cell
shown.Update("later");
//// order of text and displays
Console.Write("a"); display(1); Console.Write("b"); Console.Error.Write("c"); display(2); Console.WriteLine("d");
//// text without a line end
Console.Write("no end");
//// lines
Console.WriteLine("one"); Console.WriteLine("two");
//// an empty line
Console.WriteLine();
//// formats
Console.WriteLine("{0}-{1:F2}", 1, 2.5);
//// numbers
Console.WriteLine(1.5); Console.WriteLine(true); Console.WriteLine('c'); Console.WriteLine(2m); Console.WriteLine((object)null);
//// characters
Console.WriteLine(new[] { 'a', 'b', 'c' }, 1, 2);
//// the error stream
Console.Error.WriteLine("oops");
//// unicode
Console.WriteLine("naïve 🦊 漢字");
//// control characters
Console.Write("a\tb\rc\n");
//// writing later from a task
await Task.Run(() => Console.Write("from a task"));
//// displaying from a task
await Task.Run(() => display("from a task"));
//// SetOut
Console.SetOut(new System.IO.StringWriter());
Console.WriteLine("lost");
//// the cell after SetOut
Console.WriteLine("heard");
//// SetOut and back
var outer = Console.Out;
var writer = new System.IO.StringWriter();
Console.SetOut(writer);
Console.Write("inside");
Console.SetOut(outer);
Console.Write($"[{writer}]");
//// a display in a loop
for (var i = 0; i < 3; i++) display(i);
//// a display inside a value
new { Inner = HTML("<u>u</u>"), N = 1 }
//// nested displays of a sequence
foreach (var item in new[] { new { A = 1 }, new { A = 2 } }) item.Display();
//// Javascript
Javascript("console.log(1)");
//// CSS
CSS("p { color: red }");
//// a Markdown value
new Microsoft.DotNet.Interactive.Formatting.FormattedValue("text/markdown", "**b**")
//// ToDisplayString
using Microsoft.DotNet.Interactive.Formatting;
new { A = 1 }.ToDisplayString("text/plain")
//// a formatter for a type of the cell
class Temp(double c) { public double C => c; }
Formatter.Register<Temp>(t => $"<b>{t.C} °C</b>", "text/html");
new Temp(21.5)
//// the formatter in a list
new[] { new Temp(1), new Temp(2) }
//// a formatter for text
Formatter.Register<Temp>(t => $"{t.C} degrees");
display(new Temp(3), "text/plain");
//// the preferred format
Formatter.SetPreferredMimeTypesFor(typeof(Temp), "text/plain");
new Temp(4)
//// the limit of lists
Formatter.ListExpansionLimit = 3;
Enumerable.Range(1, 10).ToList()
//// LaTeX
new LaTeXString("x^2")
//// PocketView
using static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;
div(h1("title"), p("text"))
