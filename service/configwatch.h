// SPDX-License-Identifier: MIT
// Notices that one of a few files may have changed, however it is written.
#pragma once

#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace meridian::service {

/// Watches the folders of the files and of every symbolic link on the way to them, not the files
/// themselves: editors write another file and rename it, and Kubernetes mounts config.yaml as a
/// link to ..data/config.yaml where ..data is a link that is swapped. A slow poll (stat only)
/// covers file systems that notify nobody. Main thread.
class ConfigWatch
{
public:
    struct Pace
    {
        std::chrono::milliseconds quiet{200}; // after the last event: the writer is probably done
        std::chrono::milliseconds patience{2000}; // after the first: look although it goes on
        std::chrono::milliseconds poll{5000};
        bool isNotified = true; // false: poll only
    };

    /// `look` compares the content itself; it is called from the event loop, and may come without
    /// any change.
    ConfigWatch(std::string path, std::function<void()> look);
    ConfigWatch(std::string path, std::function<void()> look, Pace pace);
    /// `paths` is asked again after each look: which files count may be written in one of them.
    using Paths = std::function<std::vector<std::string>()>;
    ConfigWatch(Paths paths, std::function<void()> look, Pace pace);
    ~ConfigWatch();
    ConfigWatch(const ConfigWatch &) = delete;
    ConfigWatch &operator=(const ConfigWatch &) = delete;

private:
    using Clock = std::chrono::steady_clock;

    void arm();
    void readEvents();
    void noteEvent();
    void pollFile();
    void lookNow();
    [[nodiscard]] std::vector<struct stat> stampsOf() const;

    const Paths m_paths;
    const std::function<void()> m_look;
    const Pace m_pace;
    int m_inotify = -1;
    std::map<int, std::set<std::string>> m_names; // by watch: the entries of interest
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_quiet;
    QTimer m_poll;
    Clock::time_point m_firstEvent{}; // of those not looked at yet
    std::vector<std::string> m_watched;
    std::vector<struct stat> m_stamps; // of each of them
};

} // namespace meridian::service
