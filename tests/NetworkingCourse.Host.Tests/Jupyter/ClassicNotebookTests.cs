using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>
/// What a person does: the classic Notebook in a browser, without a network, runs the first notebook, and its charts can be
/// seen.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed class ClassicNotebookTests(InstalledKernel kernel)
{
    private const string Notebook = "0-start-here.ipynb";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [NeedsFact(Need.ClassicNotebook, Need.Chromium)]
    public async Task Start_here_runs_in_a_browser_and_its_charts_are_drawn()
    {
        using var folder = new TemporaryFolder();
        Prepare(folder);
        var port = FreePort();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        using var server = StartServer(folder, port);
        try
        {
            await WaitForAsync(server, address);
            await using var browser = await Chromium.StartAsync(1200, height: 1000);
            var page = browser.Page;
            page.SetDefaultTimeout((float)Deadline.TotalMilliseconds);
            await page.RouteAsync(
                url => !url.StartsWith(address, StringComparison.Ordinal) && url.StartsWith("http", StringComparison.Ordinal),
                route => route.AbortAsync());
            await page.GotoAsync($"{address}/notebooks/{Notebook}");
            await page.WaitForFunctionAsync(
                "() => window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel "
                + "&& Jupyter.notebook.kernel.is_connected()");
            await page.EvaluateAsync("() => Jupyter.notebook.execute_all_cells()");
            await page.WaitForFunctionAsync(
                "() => Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code')"
                + ".every(cell => typeof cell.input_prompt_number === 'number')");
            var name = await page.Locator("#kernel_indicator .kernel_indicator_name").TextContentAsync();
            Assert.Equal("C# (Networking Course)", name?.Trim());
            Assert.Equal(0, await page.Locator(".output_error, .output_stderr").CountAsync());

            var charts = page.Locator(".course-figure .js-plotly-plot");
            await charts.First.WaitForAsync();
            await page.WaitForFunctionAsync(Chromium.AllDrawn);
            var count = await charts.CountAsync();
            Assert.Equal(await page.Locator(".course-figure").CountAsync(), count);
            for (var i = 0; i < count; i++)
            {
                // Marks of the data, not only axes.
                var marks = charts.Nth(i).Locator(".plot .trace path, .plot .bars path, .plot .points path");
                Assert.NotEqual(0, await marks.CountAsync());
                var box = await charts.Nth(i).BoundingBoxAsync();
                Assert.True(box is { Width: > 300, Height: > 150 }, "The chart is too small to be read.");
            }

            if (Environment.GetEnvironmentVariable("COURSE_PICTURES") is { } pictures)
            {
                await charts.First.ScrollIntoViewIfNeededAsync();
                await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, "classic-notebook.png") });
            }
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    /// <summary>The notebook, with the kernel chosen, in a folder of its own: the front end saves what it shows.</summary>
    private static void Prepare(TemporaryFolder folder)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Notebooks, Notebook)))!;
        notebook["metadata"]!["kernelspec"]!["name"] = InstalledKernel.Name;
        folder.File(Notebook, notebook.ToJsonString());
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "bin"), Path.Combine(Repository.Notebooks, "bin"));
    }

    private Process StartServer(TemporaryFolder folder, int port)
    {
        var start = kernel.Program(
            PythonPackages.ClassicNotebook,
            "-m",
            "notebook",
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"--port={port}"),
            "--NotebookApp.port_retries=0",
            "--NotebookApp.token=",
            "--NotebookApp.password=",
            $"--notebook-dir={folder.Path}");
        var server = Process.Start(start)!;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return server;
    }

    private static async Task WaitForAsync(Process server, string address)
    {
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            try
            {
                (await client.GetAsync(new Uri(address + "/api"), deadline.Token)).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException)
            {
                Assert.False(server.HasExited, "The Notebook's server has ended.");
                await Task.Delay(50, deadline.Token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
