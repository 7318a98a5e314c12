// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/runtime.h"
#include "tests/core/engine/replayworkspace.h"
#include "ui/mainwindow.h"

#include <QLabel>
#include <QMessageBox>
#include <QToolBar>

#include <memory>

namespace fixture {

inline constexpr int PATIENCE = 30'000;

/// A window on the workspace, with everything behind it.
struct Window
{
    explicit Window(const QString& folder)
    {
        auto workspace =
            core::Workspace::open(folder.toStdString(), core::Workspace::Access::Write);
        if (!workspace)
            qFatal("%s", workspace.error().message().c_str());
        const fixture::ReplayWorkspace filled{folder.toStdString()};
        runtime = std::make_unique<app::Runtime>(
            std::move(*workspace), std::vector<std::filesystem::path>{filled.strategies()});
        window = std::make_unique<ui::MainWindow>(runtime->services());
        window->resize(1600, 900);
        window->show();
    }
    ~Window()
    {
        window.reset();
        runtime.reset();
    }
    [[nodiscard]] bool isReady() const
    {
        return window->historyKnown() && window->strategiesKnown();
    }
    [[nodiscard]] QString banner() const
    {
        const auto* bar = window->findChild<QToolBar*>(QStringLiteral("restoredBanner"));
        const auto* text = bar ? bar->findChild<QLabel*>(QStringLiteral("text")) : nullptr;
        return text ? text->text() : QString();
    }
    [[nodiscard]] QMessageBox* box() const
    {
        for (auto* candidate : window->findChildren<QMessageBox*>())
            if (candidate->isVisible())
                return candidate;
        return nullptr;
    }

    std::unique_ptr<app::Runtime> runtime;
    std::unique_ptr<ui::MainWindow> window;
};

} // namespace fixture
