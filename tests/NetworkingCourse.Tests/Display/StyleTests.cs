using System.Globalization;
using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.Tests.Support;
using Capture = NetworkingCourse.Transport.Capture;

namespace NetworkingCourse.Tests.Display;

/// <summary>The library's output stays readable in a front end with an open sidebar and with styles of its own.</summary>
public sealed partial class StyleTests
{
    /// <summary>The width that Visual Studio Code leaves an output in a window of 1,280 pixels with the Explorer open.</summary>
    private const int Width = 820;

    [NeedsFact(Need.Chromium)]
    public async Task Tables_byte_views_and_drawings_fit_beside_an_open_sidebar()
    {
        var capture = Capture.Shipped("sixteen");
        var hello = new ByteView("ClientHello", Layer.Application, new byte[40], [
            new ByteField(
                0,
                32,
                "legacy_compression_methods length",
                string.Join(' ', Enumerable.Repeat("c5", 32)),
                "says TLS 1.2, for old servers; what counts is the extension supported_versions"),
            new ByteField(32, 8, "cipher_suite", "0xc02c", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")]);
        LadderMessage Message(string from, string to) =>
            new(from, to, TimeSpan.Zero, TimeSpan.FromMilliseconds(1), new string('m', 54));
        var ladder = new LadderDiagram("three", ["client", "proxy", "server"])
        {
            Messages = [Message("client", "proxy"), Message("proxy", "server")],
        };
        Assert.InRange(LadderLayout.Of(ladder).Right, Width + 1, Width / 0.85);
        string[] outputs =
        [
            .. Tables.Select(table => table.ToHtml()),
            .. capture.Packets.Select(packet => packet.ToHtml()),
            hello.ToHtml(),
            ladder.ToHtml(),
        ];
        var dom = await MeasureAsync(Width, outputs);
        Assert.Equal(Tables.Count + 2 * capture.Packets.Count + 2 + 1, dom.Count);
        Assert.All(
            dom,
            (box, i) => Assert.True(box.Needs <= box.Has, $"The {i + 1}th needs {box.Needs} pixels and has {box.Has}."));
    }

    [NeedsFact(Need.Chromium)]
    public async Task What_is_wider_even_so_fades_out_and_what_fits_does_not()
    {
        var many = new Table(
            Enumerable.Range(0, 80).Select(i => $"column{i}"),
            [Enumerable.Range(0, 80).Select(i => (object?)i).ToArray()]);
        var dom = await MeasureAsync(Width, [many.ToHtml(), Tables[0].ToHtml()]);
        Assert.Equal([true, false], dom.Select(box => box.Needs > box.Has));
        Assert.Equal([true, false], dom.Select(box => box.Mask.Contains("rgba(0, 0, 0, 0)", StringComparison.Ordinal)));
    }

    [NeedsFact(Need.Chromium)]
    public async Task Source_has_no_background_of_a_front_ends_own_behind_its_lines()
    {
        // Visual Studio Code styles code in outputs like this.
        const string hostile =
            "<style>code { background-color: rgb(200, 200, 200); color: rgb(163, 21, 21); "
            + "padding: 1px 3px; border-radius: 4px; }</style>";
        var dom = await Browser.DomAsync($"""
            <body style="color: rgb(1, 2, 3)">{hostile}{Source.Of("SixteenServer").ToHtml()}
            <script>
            const s = getComputedStyle(document.querySelector('.course-source code'));
            document.body.dataset.seen = [s.backgroundColor, s.color, s.paddingLeft].join(' ');
            </script></body>
            """);
        Assert.Contains("data-seen=\"rgba(0, 0, 0, 0) rgb(1, 2, 3) 0px\"", dom, StringComparison.Ordinal);
    }

    /// <summary>The widest tables of the lessons: of a sweep, a footprint, a run, a transfer and a log.</summary>
    private static IReadOnlyList<Table> Tables { get; } =
    [
        Row(
            [
                "architecture", "clients", "answered", "makespan (s)",
                "predicted (s)", "difference", "mean latency (s)", "predicted mean (s)",
            ],
            ["async callbacks", 1024, 1024, "12.345", "12.345", "+10.0 %", "12.345", "12.345"]),
        Row(
            [
                "architecture", "start-up", "threads at rest", "memory at rest (MiB)",
                "connections held", "threads then", "memory then (MiB)", "memory a connection (KiB)",
            ],
            ["process for each client", "1,234 ms", 1024, "1234.5", 1000, 1024, "1234.5", "123.4"]),
        Row(
            [
                "architecture", "short ones alone (1/s)", "beside a long one (1/s)", "kept",
                "99 % of them within, alone", "beside", "long one, median",
            ],
            ["process for each client", 123456, 123456, "100 %", "123 ms", "123 ms", "1.23 s"]),
        Row(
            [
                "protocol", "window", "delivered", "took", "sent", "repeated", "timeouts", "utilisation", "outcome",
            ],
            [
                "selective repeat", 16, "1,000 segments", "123.45 s", 123456,
                123456, 1234, "99.9 %", "complete and in order",
            ]),
        Row(
            ["time (s)", "event", "over", "peer", "bytes", "what happened"],
            [
                1.234, "answered", "UDP", "127.0.0.1:54321", 512,
                "www.course.test AAAA: " + string.Join(", ", Enumerable.Repeat("2001:db8:1234:5678:9abc:def0:1234:5678", 4)),
            ]),
    ];

    private static Table Row(string[] columns, object?[] row) => new(columns, Enumerable.Repeat(row, 3), "A sentence.");

    /// <summary>Measures each scrolled box of some outputs: the width of its content, its own width, and its mask.</summary>
    private static async Task<IReadOnlyList<(int Needs, int Has, string Mask)>> MeasureAsync(
        int width,
        IReadOnlyList<string> outputs)
    {
        // A busy browser may draw its first frames late, and the animation that fades a box out begins with one of them.
        var page = $$"""
            <body style="font: 13px 'DejaVu Sans', sans-serif"><div style="width: {{width}}px">{{string.Concat(outputs)}}</div>
            <script>
            const boxes = [...document.querySelectorAll('.course-scroll')];
            const settled = box => box.scrollWidth <= box.clientWidth
              || box.getAnimations().every(animation => !animation.pending && animation.currentTime !== null);
            const measure = () => {
              if (!boxes.every(settled)) { requestAnimationFrame(measure); return; }
              for (const box of boxes) {
                box.dataset.seen = [box.scrollWidth, box.clientWidth, getComputedStyle(box).maskImage].join('|');
              }
              document.body.dataset.measured = '';
            };
            requestAnimationFrame(() => requestAnimationFrame(measure));
            </script></body>
            """;
        var dom = await Browser.DomAsync(page, dom => dom.Contains("data-measured=", StringComparison.Ordinal));
        return [.. Seen().Matches(dom).Select(seen => (Number(seen, "needs"), Number(seen, "has"), seen.Groups["mask"].Value))];
    }

    private static int Number(Match seen, string group) => int.Parse(seen.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("data-seen=\"(?<needs>\\d+)\\|(?<has>\\d+)\\|(?<mask>[^\"]*)\"")]
    private static partial Regex Seen();
}
