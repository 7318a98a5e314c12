// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/keymanagerdialog.h"

#include "ui/dialogs/keyform.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/celldelegate.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ui::dialogs {

namespace trust = core::trust;

namespace {

enum Column { Name, State, Id, Added, Note };

std::filesystem::path pathOf(const QLineEdit& field)
{
    return QFile::encodeName(field.text()).toStdString();
}

models::Cell stateCell(const trust::TrustedKey& key)
{
    using K = KeyManagerDialog;
    auto cell = key.revoked ? models::textCell(K::tr("revoked %1").arg(format::date(*key.revoked)),
                                               Token::Bad)
                            : models::textCell(K::tr("trusted"), Token::Ok);
    cell.shape = key.revoked ? models::Shape::Cross : models::Shape::Dot;
    return cell;
}

} // namespace

KeyManagerDialog::KeyManagerDialog(models::StrategyScanner::Places places,
                                   std::filesystem::path keyFolder, QString strategyFile,
                                   trust::ScryptLimits limits, QWidget* parent)
    : QDialog(parent),
      m_keyFolder(std::move(keyFolder)),
      m_strategyFile(std::move(strategyFile)),
      m_keeper(std::move(places), limits)
{
    setWindowTitle(tr("Keys and signatures"));
    resize(860, 460);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    auto* about = new QLabel(tr("Strategies that one of these keys has signed run without your "
                                "approval, until you revoke them or the key."),
                             this);
    about->setWordWrap(true);
    setRole(about, "secondary");
    column->addWidget(about);
    column->addWidget(makeTable(), 1);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Working with a key"));
    m_progress->hide();
    column->addWidget(m_progress);
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    column->addWidget(m_message);
    column->addWidget(makeButtons());
    connect(&m_keeper, &models::KeyKeeper::keysRead, this, &KeyManagerDialog::showKeys);
    connect(&m_keeper, &models::KeyKeeper::busyChanged, this, &KeyManagerDialog::showBusy);
    connect(&m_keeper, &models::KeyKeeper::done, this,
            [this](const QString& text) { showMessage(text, "ok"); });
    connect(&m_keeper, &models::KeyKeeper::failed, this,
            [this](const QString& what, const QString& remedy) {
                showMessage(remedy.isEmpty() ? what : what + QStringLiteral(". ") + remedy, "bad");
            });
    updateButtons();
    m_keeper.read();
}

QWidget* KeyManagerDialog::makeTable()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    m_empty = new QLabel(tr("No key is trusted yet."), box);
    setRole(m_empty, "dim");
    m_empty->setAlignment(Qt::AlignCenter);
    m_table = new QTableWidget(0, 5, box);
    m_table->setHorizontalHeaderLabels(
        {tr("Name"), tr("State"), tr("Key ID"), tr("Trusted since"), tr("Note")});
    m_table->setAccessibleName(tr("Keys that are trusted or revoked"));
    m_table->setSelectionBehavior(QTableWidget::SelectRows);
    m_table->setSelectionMode(QTableWidget::SingleSelection);
    m_table->setEditTriggers(QTableWidget::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setMouseTracking(true);
    m_table->setWordWrap(false);
    m_table->setItemDelegate(new models::CellDelegate(m_table));
    m_table->verticalHeader()->setDefaultSectionSize(ROW_HEIGHT);
    m_table->horizontalHeader()->setFixedHeight(ROW_HEIGHT);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &KeyManagerDialog::updateButtons);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    m_table->hide();
    return box;
}

QWidget* KeyManagerDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_trust = new QPushButton(tr("&Add from file…"), box);
    m_trust->setToolTip(tr("Trusts the key in a .pub file"));
    m_revoke = new QPushButton(icon(QLatin1StringView("revoke"), Token::Bad), tr("&Revoke…"), box);
    m_revoke->setToolTip(tr("Ends the trust in the selected key for good"));
    m_generate = new QPushButton(tr("&Generate key…"), box);
    m_generate->setToolTip(tr("Makes a key of your own to sign with"));
    m_sign = new QPushButton(tr("&Sign strategy…"), box);
    m_sign->setToolTip(tr("Signs a strategy file with a key of your own"));
    m_close = new QPushButton(tr("Close"), box);
    for (auto* button : {m_trust, m_revoke, m_generate, m_sign, m_close})
        button->setAutoDefault(false);
    row->addWidget(m_trust);
    row->addWidget(m_revoke);
    row->addSpacing(4 * SPACE);
    row->addWidget(m_generate);
    row->addWidget(m_sign);
    row->addStretch(1);
    row->addWidget(m_close);
    connect(m_trust, &QPushButton::clicked, this, &KeyManagerDialog::chooseKey);
    connect(m_revoke, &QPushButton::clicked, this, &KeyManagerDialog::startRevoking);
    connect(m_generate, &QPushButton::clicked, this, &KeyManagerDialog::startGenerating);
    connect(m_sign, &QPushButton::clicked, this, &KeyManagerDialog::startSigning);
    connect(m_close, &QPushButton::clicked, this, &KeyManagerDialog::reject);
    return box;
}

void KeyManagerDialog::chooseKey()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Trust a key"), {},
                                                      tr("Public keys (*.pub);;All files (*)"));
    if (!file.isEmpty())
        startTrusting(file);
}

void KeyManagerDialog::startTrusting(const QString& file)
{
    const auto key = trust::PublicKey::readFile(QFile::encodeName(file).toStdString());
    if (!key) {
        showError(key.error());
        return;
    }
    auto* form = new KeyForm(tr("Trust a key"),
                             tr("Whatever this key signs will run here without being approved. "
                                "Compare the key with its owner on another way than the one it "
                                "came by."),
                             tr("&Trust"), this);
    form->addFact(tr("Key ID"), QString::fromStdString(key->id.hex()));
    form->addFact(tr("Key"), QString::fromStdString(key->text()));
    auto* name = form->addLine(tr("&Name"), QFileInfo(file).completeBaseName());
    auto* note = form->addLine(tr("N&ote"));
    name->setMaxLength(trust::TrustedKeys::MAX_NAME);
    note->setPlaceholderText(tr("How you know whose it is"));
    form->setCheck([name] {
        return name->text().trimmed().isEmpty() ? tr("Say whose key it is.") : QString();
    });
    connect(form, &QDialog::accepted, this, [this, key = *key, name, note] {
        m_keeper.trust(key, name->text().trimmed(), note->text());
    });
    ask(*form);
}

void KeyManagerDialog::startRevoking()
{
    const auto* key = selected();
    if (!key)
        return;
    auto* question = new QMessageBox(
        QMessageBox::Warning, tr("Revoke a key"),
        tr("Revoke the key %1 of %2?")
            .arg(QString::fromStdString(key->key.id.hex()), QString::fromStdString(key->name)),
        QMessageBox::Cancel, this);
    question->setTextFormat(Qt::PlainText);
    question->setInformativeText(tr("Nothing that it signed will run any more, unless you approve "
                                    "it afterwards. A revoked key cannot be trusted again."));
    question->setDefaultButton(QMessageBox::Cancel);
    auto* revoke = question->addButton(tr("&Revoke"), QMessageBox::DestructiveRole);
    connect(revoke, &QPushButton::clicked, this, [this, id = key->key.id] { m_keeper.revoke(id); });
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->open();
}

void KeyManagerDialog::startGenerating()
{
    auto* form = new KeyForm(tr("Generate a key"),
                             tr("The new key is kept in %1, encrypted with the passphrase. Nobody "
                                "can sign without it, and nobody can recover it.")
                                 .arg(QString::fromStdString(m_keyFolder.string())),
                             tr("&Generate"), this);
    auto* name = form->addLine(tr("&File name"), QStringLiteral("quarterdeck"));
    auto* passphrase = form->addPassphrase(tr("&Passphrase"));
    auto* again = form->addPassphrase(tr("The same &again"));
    form->setCheck([name, passphrase, again] {
        if (name->text().isEmpty())
            return tr("Give the key's files a name.");
        if (passphrase->text().isEmpty())
            return tr("Choose a passphrase that nobody guesses.");
        return passphrase->text() == again->text() ? QString() : tr("The two passphrases differ.");
    });
    connect(form, &QDialog::accepted, this, [this, name, passphrase, again] {
        again->clear();
        if (auto taken = takePassphrase(*passphrase))
            m_keeper.generate(m_keyFolder, name->text(), std::move(*taken));
        else
            showError(taken.error());
    });
    ask(*form);
}

void KeyManagerDialog::startSigning()
{
    auto* form = new KeyForm(tr("Sign a strategy"),
                             tr("Signs the present bytes of the file, into a file of its name with "
                                ".minisig after it."),
                             tr("&Sign"), this);
    auto* strategy =
        form->addFile(tr("S&trategy"), m_strategyFile, tr("Strategies (*.lua);;All files (*)"));
    auto* keyFile = form->addFile(
        tr("Secret &key"), QString::fromStdString((m_keyFolder / "quarterdeck.key").string()),
        tr("Secret keys (*.key);;All files (*)"));
    auto* passphrase = form->addPassphrase(tr("&Passphrase"));
    form->setCheck([strategy, keyFile, passphrase] {
        if (strategy->text().isEmpty() || keyFile->text().isEmpty())
            return tr("Choose a strategy and a key.");
        return passphrase->text().isEmpty() ? tr("Give the key's passphrase.") : QString();
    });
    connect(form, &QDialog::accepted, this, [this, strategy, keyFile, passphrase] {
        if (auto taken = takePassphrase(*passphrase))
            m_keeper.sign(pathOf(*strategy), pathOf(*keyFile), std::move(*taken));
        else
            showError(taken.error());
    });
    ask(*form);
}

void KeyManagerDialog::ask(KeyForm& form)
{
    form.setAttribute(Qt::WA_DeleteOnClose);
    form.open();
}

void KeyManagerDialog::showKeys(const models::TrustedKeyListPtr& keys)
{
    m_keys = keys;
    m_table->setRowCount(static_cast<int>(keys->size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const trust::TrustedKey& key = (*keys)[static_cast<std::size_t>(row)];
        const auto set = [this, row](Column column, models::Cell cell) {
            auto* item = new QTableWidgetItem(cell.text);
            item->setToolTip(cell.text);
            item->setData(models::CellRole, QVariant::fromValue(cell));
            m_table->setItem(row, column, item);
        };
        set(Name, models::textCell(QString::fromStdString(key.name)));
        set(State, stateCell(key));
        set(Id, models::textCell(QString::fromStdString(key.key.id.hex())));
        set(Added, models::textCell(format::date(key.added)));
        set(Note, models::textCell(QString::fromStdString(key.note), Token::Dim));
    }
    m_table->resizeColumnsToContents();
    m_table->setVisible(!keys->empty());
    m_empty->setVisible(keys->empty());
    updateButtons();
}

const trust::TrustedKey* KeyManagerDialog::selected() const
{
    const auto rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() || !m_keys ? nullptr
                                     : &(*m_keys)[static_cast<std::size_t>(rows.front().row())];
}

void KeyManagerDialog::updateButtons()
{
    const auto* key = selected();
    for (auto* button : {m_trust, m_generate, m_sign, m_close})
        button->setEnabled(!m_keeper.busy());
    m_revoke->setEnabled(!m_keeper.busy() && key && !key->revoked);
}

void KeyManagerDialog::showBusy(bool busy)
{
    m_progress->setVisible(busy);
    if (busy)
        showMessage(tr("Working; a passphrase takes some seconds and a gigabyte of memory."),
                    "secondary");
    updateButtons();
}

void KeyManagerDialog::showMessage(const QString& text, const char* role)
{
    setRole(m_message, role);
    m_message->setText(text);
    m_message->show();
}

void KeyManagerDialog::showError(const core::Error& error)
{
    showMessage(QString::fromStdString(error.message()), "bad");
}

void KeyManagerDialog::reject()
{
    if (!m_keeper.busy())
        QDialog::reject();
}

} // namespace ui::dialogs
