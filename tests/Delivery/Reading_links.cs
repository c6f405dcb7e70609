using Bus.Ingress.Delivery;
using Xunit;

namespace Bus.Tests.Delivery;

public sealed class Reading_links
{
    [Theory]
    [InlineData("[a](https://b.c/d_e?f=(g)#h \"title\")", "<a https://b.c/d_e?f=(g)#h>a</a>")]
    [InlineData("[**a** b](http://b.c)", "<a http://b.c><b>a</b> b</a>")]
    [InlineData("**[a](http://b.c)**", "<a http://b.c><b>a</b></a>")]
    [InlineData("[a](tg://resolve?domain=b)", "<a tg://resolve?domain=b>a</a>")]
    [InlineData("<https://a.b> <c@d.e>", "<a https://a.b>https://a.b</a> c@d.e")]
    [InlineData("See https://a.b/c_d_e.", "See <a https://a.b/c_d_e>https://a.b/c_d_e</a>.")]
    [InlineData("www.a.b", "<a http://www.a.b>www.a.b</a>")]
    [InlineData("[a][1] [1]\n\n[1]: https://b.c", "<a https://b.c>a</a> <a https://b.c>1</a>")]
    [InlineData("[](https://b.c)", "<a https://b.c>https://b.c</a>")]
    [InlineData("[a](https://[::1]/b)", "<a https://[::1]/b>a</a>")]
    public void Should_lead_to_addresses_that_platforms_take(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("[a](/b/c)", "a (/b/c)")]
    [InlineData("[a](b.md)", "a (b.md)")]
    [InlineData("[a](#b)", "a (#b)")]
    [InlineData("[a](javascript:b)", "a (javascript:b)")]
    [InlineData("[a](file:///b)", "a (file:///b)")]
    [InlineData("[a](<https://b.c/d e>)", "a (https://b.c/d e)")]
    [InlineData("[a](http://localhost:3000)", "a (http://localhost:3000)")]
    [InlineData("[a](https://)", "a (https://)")]
    [InlineData("[a](tg://b@c:1)", "a (tg://b@c:1)")]
    [InlineData("[a](mailto:)", "a (mailto:)")]
    [InlineData("[a](mailto:b@c.d)", "a (mailto:b@c.d)")]
    [InlineData("[a]()", "a")]
    [InlineData("[/b](/b)", "/b")]
    [InlineData("a\n[/b](/b)", "a\n/b")]
    [InlineData("[a](http://b.c:0/)", "a (http://b.c:0/)")]
    [InlineData("[](/b)", "/b")]
    [InlineData("[**a**](/b) c", "<b>a</b> (/b) c")]
    public void Should_show_addresses_that_platforms_refuse(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("![a](https://b.c/d.png)", "<a https://b.c/d.png>a</a>")]
    [InlineData("![](https://b.c/d.png)", "<a https://b.c/d.png>https://b.c/d.png</a>")]
    [InlineData("![a](d.png)", "a (d.png)")]
    [InlineData("[![a](https://b.c/d.png)](https://e.f)", "<a https://e.f>a</a>")]
    public void Should_lead_to_images(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public void Should_lead_to_no_address_that_is_too_long(int length, bool leads)
    {
        var url = "https://a.b/".PadRight(length, 'c');
        var text = MarkdownText.Read($"[d]({url})");
        Assert.Equal(leads, text.Spans.Any(span => span.Url == url));
        Assert.Equal(leads ? "d" : $"d ({url})", text.Text);
    }

    [Fact]
    public void Should_show_definitions_that_nothing_refers_to() =>
        Assert.Equal("<a https://a.b>x</a>\n\n[2]: https://c.d \"Source\"\n[3]: e", Shown.Of("[1]: https://a.b\n[2]: https://c.d \"Source\"\n[3]: e\n\n[x][1]"));

    [Fact]
    public void Should_show_an_address_once_however_often_it_is_used() =>
        Assert.Equal("a (/x), b, 1", Shown.Of("[a][1], [b][1], [][1]\n\n[1]: /x"));
}
