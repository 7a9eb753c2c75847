// SPDX-License-Identifier: MIT
// The command line of meridian-desktop.
#include "ui/options.h"

#include "ui/loginitem.h"

#include <QCommandLineParser>
#include <QUrl>

#include <cstdio>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

} // namespace

std::optional<Options> Options::parse(const QStringList &arguments, int &exitCode)
{
    const QCommandLineOption config({u"c"_s, u"config"_s},
                                    u"Configuration of the gateway in this process, instead of "
                                    u"the usual one."_s,
                                    u"file"_s);
    const QCommandLineOption connect(
        u"connect"_s,
        u"Show the gateway at this address instead of running one; the admin token is read from "
        u"$MERIDIAN_ADMIN_TOKEN."_s,
        u"url"_s);
    const QCommandLineOption demo(u"demo"_s, u"Show a gateway that is not there; for a look."_s);
    const QCommandLineOption selfTest(
        u"self-test"_s, u"Load and visit every page, then exit: 0 when there was no warning."_s);
    const QCommandLineOption timing(
        u"timing"_s, u"With --self-test: tell when the first frame was drawn, and the memory."_s);
    const QCommandLineOption hidden(QLatin1String(LoginItem::HiddenArgument).mid(2),
                                    u"Begin in the tray, where there is one."_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Meridian with a window: a gateway for model traffic."_s);
    parser.addOptions({config, connect, demo, selfTest, timing, hidden});
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const auto stop = [&](FILE *out, const QString &text, int code) {
        std::fputs(qPrintable(text), out);
        exitCode = code;
        return std::nullopt;
    };
    if (!parser.parse(arguments)) {
        return stop(stderr, u"meridian-desktop: "_s + parser.errorText() + u'\n', 1);
    }
    if (parser.isSet(help)) {
        return stop(stdout, parser.helpText(), 0);
    }
    if (parser.isSet(version)) {
        return stop(stdout, u"meridian-desktop " MERIDIAN_VERSION "\n"_s, 0);
    }
    if (!parser.positionalArguments().isEmpty()) {
        return stop(stderr,
                    u"meridian-desktop: unexpected argument '"_s +
                        parser.positionalArguments().constFirst() + u"'; see --help\n"_s,
                    1);
    }
    Options options;
    options.config = parser.value(config);
    options.connect = parser.value(connect);
    options.isDemo = parser.isSet(demo);
    options.isSelfTest = parser.isSet(selfTest);
    options.isTiming = parser.isSet(timing);
    options.isHidden = parser.isSet(hidden);
    if (parser.isSet(connect)) {
        const QUrl url(options.connect, QUrl::StrictMode);
        if (!url.isValid() || url.host().isEmpty() ||
            (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
            return stop(stderr,
                        u"meridian-desktop: --connect "_s + options.connect +
                            u": not an address; write http://host:8080\n"_s,
                        1);
        }
    }
    return options;
}

} // namespace meridian::ui
