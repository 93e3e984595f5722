namespace NetworkingCourse.Host.Pictures;

/// <summary>Clients send requests to a load balancer, which forwards each to an origin and asks both for their health.</summary>
internal static class ClientsAndOrigins
{
    public static string Draw()
    {
        var picture = new SvgPicture(
            760,
            270,
            "Clients send requests to a load balancer, which forwards each to one of two origins and checks their health");
        foreach (var y in new[] { 75, 135, 195 })
        {
            picture.Add(new Box(24, y - 17, 96, 34), "purple", ["client"]);
            Straight(new Spot(120, y), new Spot(258, 135 + (y - 135) / 3));
        }

        picture.Add(new Box(260, 98, 190, 74), "blue", ["load balancer", "chooses, checks, retries"], firstIsBold: true);
        picture.Add(new Box(590, 52, 146, 56), "green", ["origin A", "answers"], firstIsBold: true);
        picture.Add(new Box(590, 162, 146, 56), "orange", ["origin B", "answers"], firstIsBold: true);
        Straight(new Spot(450, 118), new Spot(588, 84));
        Straight(new Spot(450, 152), new Spot(588, 186));
        picture.Arrow(new Spot(400, 98), new Spot(430, 40), new Spot(520, 30), new Spot(588, 60), dashed: true);
        picture.Arrow(new Spot(400, 172), new Spot(430, 230), new Spot(520, 240), new Spot(588, 210), dashed: true);
        picture.Text("one name,", 196, 56, anchor: "middle");
        picture.Text("one address", 196, 74, anchor: "middle");
        picture.Text("requests", 519, 140, anchor: "middle");
        picture.Text("GET /health", 470, 30, "quiet", "middle");
        picture.Text("GET /health", 470, 254, "quiet", "middle");
        return picture.ToString();

        void Straight(Spot from, Spot to) => picture.Arrow(from, from, from, to);
    }
}
