// SPDX-License-Identifier: MIT
#include "service/configwatch.h"

#include <QLoggingCategory>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>
#include <filesystem>
#include <string_view>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace meridian::service {

namespace {

Q_LOGGING_CATEGORY(lcWatch, "meridian.service")

constexpr std::uint32_t Events = IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE |
                                 IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF |
                                 IN_MOVE_SELF;
constexpr int MaxLinks = 40;       // as the kernel's own bound
constexpr int MaxComponents = 512; // of the path, links resolved

struct Entry
{
    std::string folder;
    std::string name;
};

void putInFront(std::deque<std::string> &todo, const std::filesystem::path &path)
{
    std::vector<std::string> parts;
    for (const auto &part : path.relative_path()) {
        parts.push_back(part.string());
    }
    todo.insert(todo.begin(), parts.begin(), parts.end());
}

/// The folder entries that decide what `path` means: every link on the way, and the file.
std::vector<Entry> entriesOf(const std::string &path)
{
    std::error_code error;
    std::deque<std::string> todo;
    putInFront(todo, std::filesystem::absolute(path, error));
    std::vector<Entry> entries;
    std::filesystem::path folder = "/";
    int links = 0;
    for (int i = 0; i < MaxComponents && !todo.empty(); ++i) {
        const std::string name = std::move(todo.front());
        todo.pop_front();
        if (name.empty() || name == ".") {
            continue;
        }
        if (name == "..") {
            folder = folder.parent_path();
            continue;
        }
        const std::filesystem::path here = folder / name;
        const auto status = std::filesystem::symlink_status(here, error);
        if (std::filesystem::is_symlink(status)) {
            entries.push_back({folder.string(), name});
            const auto target = std::filesystem::read_symlink(here, error);
            if (error || ++links > MaxLinks) {
                break;
            }
            if (target.is_absolute()) {
                folder = "/";
            }
            putInFront(todo, target);
        } else if (todo.empty() || !std::filesystem::is_directory(status)) {
            entries.push_back({folder.string(), name}); // the file, or what is missing
            break;
        } else {
            folder = here;
        }
    }
    return entries;
}

bool isSame(const struct stat &left, const struct stat &right)
{
    const auto isSameTime = [](const timespec &a, const timespec &b) {
        return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
    };
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino &&
           left.st_size == right.st_size && isSameTime(left.st_mtim, right.st_mtim) &&
           isSameTime(left.st_ctim, right.st_ctim);
}

} // namespace

ConfigWatch::ConfigWatch(std::string path, std::function<void()> look)
    : ConfigWatch(std::move(path), std::move(look), Pace())
{
}

ConfigWatch::ConfigWatch(std::string path, std::function<void()> look, Pace pace)
    : ConfigWatch([path = std::move(path)] { return std::vector<std::string>{path}; },
                  std::move(look),
                  pace)
{
}

ConfigWatch::ConfigWatch(Paths paths, std::function<void()> look, Pace pace)
    : m_paths(std::move(paths))
    , m_look(std::move(look))
    , m_pace(pace)
    , m_watched(m_paths())
    , m_stamps(stampsOf())
{
    m_quiet.setSingleShot(true);
    QObject::connect(&m_quiet, &QTimer::timeout, &m_quiet, [this] { lookNow(); });
    QObject::connect(&m_poll, &QTimer::timeout, &m_poll, [this] { pollFile(); });
    m_poll.start(m_pace.poll);
    if (m_pace.isNotified) {
        m_inotify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (m_inotify < 0) {
            qCWarning(lcWatch, "no notification of changed files (%s): looking every few seconds",
                      std::strerror(errno));
        } else {
            m_notifier = std::make_unique<QSocketNotifier>(m_inotify, QSocketNotifier::Read);
            QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(),
                             [this] { readEvents(); });
        }
    }
    arm();
    noteEvent(); // what changed between the file's last load and now
}

ConfigWatch::~ConfigWatch()
{
    m_notifier.reset();
    if (m_inotify >= 0) {
        ::close(m_inotify);
    }
}

/// Follows the links again: they may lead elsewhere by now.
void ConfigWatch::arm()
{
    if (m_inotify < 0) {
        return;
    }
    std::map<int, std::set<std::string>> names;
    for (const std::string &path : m_watched) {
        for (const Entry &entry : entriesOf(path)) {
            const int watch =
                ::inotify_add_watch(m_inotify, entry.folder.c_str(), Events | IN_ONLYDIR);
            if (watch >= 0) {
                names[watch].insert(entry.name);
            }
        }
    }
    for (const auto &[watch, ignored] : m_names) {
        if (!names.contains(watch)) {
            ::inotify_rm_watch(m_inotify, watch);
        }
    }
    m_names = std::move(names);
}

void ConfigWatch::readEvents()
{
    alignas(inotify_event) std::array<char, 16384> buffer; // many events; NAME_MAX bounds each
    for (;;) {
        const ssize_t size = ::read(m_inotify, buffer.data(), buffer.size());
        if (size <= 0) {
            return;
        }
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char *name = buffer.data() + at + sizeof event;
            const std::string_view entry =
                event.len > 0 ? std::string_view(name) : std::string_view();
            at += sizeof event + event.len;
            const auto watched = m_names.find(event.wd);
            const bool isOurs = watched != m_names.end() &&
                                (entry.empty() || watched->second.contains(std::string(entry)));
            if (isOurs || (event.mask & IN_Q_OVERFLOW) != 0) {
                noteEvent();
            }
        }
    }
}

void ConfigWatch::noteEvent()
{
    const auto now = Clock::now();
    if (!m_quiet.isActive()) {
        m_firstEvent = now;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_firstEvent + m_pace.patience - now);
    m_quiet.start(std::clamp(m_pace.quiet, std::chrono::milliseconds(0),
                             std::max(left, std::chrono::milliseconds(0))));
}

void ConfigWatch::pollFile()
{
    std::vector<struct stat> now = stampsOf();
    if (!std::equal(now.begin(), now.end(), m_stamps.begin(), m_stamps.end(), isSame)) {
        noteEvent();
        m_stamps = std::move(now);
    }
}

void ConfigWatch::lookNow()
{
    arm(); // first: what changes after this is an event again
    m_stamps = stampsOf();
    m_look();
    if (std::vector<std::string> now = m_paths(); now != m_watched) {
        m_watched = std::move(now);
        arm();
        m_stamps = stampsOf();
        noteEvent(); // what changed before it was watched
    }
}

std::vector<struct stat> ConfigWatch::stampsOf() const
{
    std::vector<struct stat> stamps;
    for (const std::string &path : m_watched) {
        struct stat stamp;
        if (::stat(path.c_str(), &stamp) != 0) {
            std::memset(&stamp, 0, sizeof stamp);
        }
        stamps.push_back(stamp);
    }
    return stamps;
}

} // namespace meridian::service
