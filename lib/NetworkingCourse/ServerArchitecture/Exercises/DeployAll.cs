using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.11: a new version on every origin, without losing an order.</summary>
    public static DeployAllExercise DeployAll { get; } = new();
}

/// <summary>The learner writes the script that replaces the origins behind a balancer under load.</summary>
public sealed class DeployAllExercise : Exercise<DeployAllExercise.Answer>
{
    internal static readonly Mistake<Answer> StopsBeforeDrained = new(
        "stops an origin before it is drained",
        "Your script takes the origin out of the rotation and stops it at once. `Drain` only keeps new orders away; those "
            + "that were sent before are still being executed. They were lost, and because they are `POST`s, no one may "
            + "repeat them. Wait until none is in flight.",
        balancer => Each(balancer, origin =>
        {
            balancer.Drain(origin);
            Replace(balancer, origin);
        }));

    internal static readonly Mistake<Answer> WaitsTooShort = new(
        "waits for a fixed time",
        "Your script waits, but not until nothing is in flight. One order took longer than the others, and it was lost. A "
            + "fixed wait is too short for the slowest request and too long for all others. Ask `InFlight`, and wait as long "
            + "as it is not 0.",
        balancer => Each(balancer, origin =>
        {
            balancer.Drain(origin);
            for (var i = 0; i < 5 && balancer.InFlight(origin) > 0; i++)
            {
                balancer.Wait();
            }

            Replace(balancer, origin);
        }));

    internal static readonly Mistake<Answer> WaitsBeforeDraining = new(
        "waits before it takes the origin out",
        "Your script waits until nothing is in flight at an origin that is still in the rotation. The balancer keeps sending "
            + "it new orders, so that never happens, and the deployment hangs. Call `Drain` first, then wait.",
        balancer => Each(balancer, origin =>
        {
            WaitUntilIdle(balancer, origin);
            balancer.Drain(origin);
            Replace(balancer, origin);
        }));

    internal static readonly Mistake<Answer> NeverDrains = new(
        "stops an origin that is in the rotation",
        "Your script stops an origin to which the balancer is still sending orders. All that are in flight there are lost, "
            + "and so are those that follow until a check notices. Call `Drain`, and wait until nothing is in flight.",
        balancer => Each(balancer, origin => Replace(balancer, origin)));

    internal static readonly Mistake<Answer> DrainsTheLast = new(
        "drains the last origin",
        "Your script takes the last origin out of the rotation while the others are out too. From now on the balancer can "
            + "send orders to no one, and every client gets a 503. Replace one origin at a time: the next one only when the "
            + "one before is back.",
        balancer =>
        {
            Each(balancer, balancer.Drain);
            Each(balancer, origin =>
            {
                WaitUntilIdle(balancer, origin);
                Replace(balancer, origin);
            });
        });

    internal static readonly Mistake<Answer> ForgetsToPutBack = new(
        "does not put the new version into the rotation",
        "Your script restarts an origin and goes on without putting it back into the rotation. The new version runs, answers "
            + "its health checks and gets no orders: there is one origin less with each step, and none at the last one. Call "
            + "`PutBack` before you drain the next origin.",
        balancer => Each(balancer, origin =>
        {
            balancer.Drain(origin);
            WaitUntilIdle(balancer, origin);
            balancer.Restart(origin);
            WaitUntilHealthy(balancer, origin);
        }));

    internal static readonly Mistake<Answer> PutsBackTooEarly = new(
        "puts an origin back before it is healthy",
        "Your script puts the origin back right after its restart. The new version is still starting and does not listen yet, "
            + "so the orders sent to it are refused. If it never becomes healthy, it must never get any. Wait until "
            + "`IsHealthy` is true.",
        balancer => Each(balancer, origin =>
        {
            balancer.Drain(origin);
            WaitUntilIdle(balancer, origin);
            balancer.Restart(origin);
            balancer.PutBack(origin);
        }));

    internal static readonly Mistake<Answer> AsksWithoutWaiting = new(
        "asks again and again without waiting",
        "Your script asks the same question in a loop without `Wait`. Here nothing happens in between, so the answer stays "
            + "the same. On a real system, the loop would take a core from the servers that it waits for. Call `Wait` in the "
            + "loop.",
        balancer => Each(balancer, origin =>
        {
            balancer.Drain(origin);
            while (balancer.InFlight(origin) > 0)
            {
            }

            Replace(balancer, origin);
        }));

    internal DeployAllExercise()
        : base(new ExerciseText(
            "4-server-architecture/11-behind-a-load-balancer.ipynb", "4.11", 2, nameof(Exercises.DeployAll),
            "Deploy a new version and lose nothing",
            "Clients send orders all the time; the balancer passes them on to `balancer.Origins`. Restart each origin, so "
                + "that it runs the new version, and lose no order. For one origin by its name: `Drain` takes it out of the "
                + "rotation, `InFlight` counts its unanswered orders, `Restart` stops it at once and starts the new version, "
                + "`IsHealthy` says whether that is ready, `PutBack` puts it into the rotation. `Wait()` waits until "
                + "something has happened. In the end, all origins are in the rotation.",
            [
                "Think of a single origin first. What must be finished before you may stop it? What must no longer arrive "
                    + "so that this can finish? And what must be true before it gets orders again?",
                "For each origin: `Drain`; `while (balancer.InFlight(origin) > 0) balancer.Wait();`; `Restart`; wait in the "
                    + "same way until it is healthy; `PutBack`. Only then the next origin.",
            ]))
    {
    }

    /// <summary>The learner's method: it returns when all origins run the new version.</summary>
    /// <param name="balancer">The balancer and its origins.</param>
    public delegate void Answer(ScriptedBalancer balancer);

    internal override Answer Reference => balancer => Each(balancer, origin =>
    {
        balancer.Drain(origin);
        WaitUntilIdle(balancer, origin);
        Replace(balancer, origin);
    });

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        StopsBeforeDrained, WaitsTooShort, WaitsBeforeDraining, NeverDrains, DrainsTheLast, ForgetsToPutBack, PutsBackTooEarly,
        AsksWithoutWaiting,
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        string[][] shops = [["A", "B"], ["A", "B", "C"]];
        foreach (var origins in shops)
        {
            var run = new ScriptedRun(trial);
            var balancer = new ScriptedBalancer(run, origins, trial.Random);
            var scene = InvariantText.Format($"new shop: origins {string.Join(", ", origins)}; orders arrive all the time");
            run.Call(scene, () =>
            {
                answer(balancer);
                balancer.CheckTheEnd();
            });
            trial.Expect(
                "looked for an origin that still runs the old version", new Said("none"),
                new Said(balancer.Old.FirstOrDefault() ?? "none"));
        }
    }

    private static void Each(ScriptedBalancer balancer, Action<string> body)
    {
        foreach (var origin in balancer.Origins)
        {
            body(origin);
        }
    }

    private static void Replace(ScriptedBalancer balancer, string origin)
    {
        balancer.Restart(origin);
        WaitUntilHealthy(balancer, origin);
        balancer.PutBack(origin);
    }

    private static void WaitUntilIdle(ScriptedBalancer balancer, string origin)
    {
        while (balancer.InFlight(origin) > 0)
        {
            balancer.Wait();
        }
    }

    private static void WaitUntilHealthy(ScriptedBalancer balancer, string origin)
    {
        while (!balancer.IsHealthy(origin))
        {
            balancer.Wait();
        }
    }
}
